// `zopo optimize` on the built binary against a loopback server.
#include <signal.h>

#include <algorithm>

#include "tests/cli/task_fixture.h"
#include "zopo/base/file.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

using Optimize = TaskTest;

TEST_F(Optimize, PrintsTheBestPromptAndNothingElseOnStdout) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("quality "));
  EXPECT_EQ(std::count(run.out.begin(), run.out.end(), '\n'), 1);
  EXPECT_EQ(run.out, file("best_prompt.txt"));
  EXPECT_THAT(run.last_line(),
              testing::StartsWith("zopo: exit 0: done; look at it with: zopo report runs/"));
}

TEST_F(Optimize, CountsExactlyTheCallsOfItsBudget) {
  ASSERT_EQ(optimize().exit_code, 0);
  const json r = result();
  EXPECT_EQ(r["search_calls"], 80);  // 8 evaluations x 10 examples, the first the baseline's
  EXPECT_EQ(r["usage"]["calls"], 80 + 10 + 60);  // baseline on the rest of dev, two on the test
  EXPECT_EQ(server_.request_count(), 150);
  EXPECT_EQ(r["candidates_tried"], 8);
  EXPECT_EQ(r["stopped"], "budget");
}

TEST_F(Optimize, ReportsTheTestAgainstTheBaseline) {
  const Finished run = optimize();
  const json r = result();
  EXPECT_EQ(r["best"]["test"]["n"], 30);
  EXPECT_EQ(r["baseline"]["prompt"], "quality 50 baseline");
  EXPECT_EQ(r["baseline"]["id"], 0);
  EXPECT_EQ(r["candidates"], 25);
  EXPECT_EQ(r["baseline"]["dev"]["n"], 20);
  const double gain =
      r["best"]["test"]["score"].get<double>() - r["baseline"]["test"]["score"].get<double>();
  EXPECT_NEAR(r["test_difference"]["value"].get<double>(), gain, 1e-12);
  EXPECT_LE(r["best"]["test"]["ci"][0], r["best"]["test"]["score"]);
  EXPECT_THAT(run.err, HasSubstr("test score "));
}

TEST_F(Optimize, WritesItsRecords) {
  ASSERT_EQ(optimize({"--out", "copy.json", "--out", "answers.csv", "--out", "trace.jsonl", "--out",
                      "best.txt"})
                .exit_code,
            0);
  EXPECT_EQ(json::parse(std::ifstream(dir_ / "copy.json")), result());
  const std::string trace = file("trace.jsonl");
  EXPECT_EQ(std::count(trace.begin(), trace.end(), '\n'), 9);
  const json first = json::parse(trace.substr(0, trace.find('\n')));
  EXPECT_EQ(first["phase"], "initial");
  EXPECT_EQ(first["n"], 10);
  EXPECT_EQ(first["outcomes"].size(), 10u);
  const std::string csv = file("evaluations.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\r'), 1 + 150);
  const json manifest = json::parse(file("manifest.json"));
  EXPECT_EQ(manifest["settings"]["optimizer"]["method"], "random");
  EXPECT_EQ(manifest["models_returned"].size(), 1u);
  EXPECT_EQ(json::parse(file("timing.json"))["calls_paid"], 150);
  for (const char* name : {"copy.json", "answers.csv", "trace.jsonl", "best.txt"}) {
    EXPECT_TRUE(std::filesystem::exists(dir_ / name)) << name;
  }
}

TEST_F(Optimize, GivesTheSameBytesWhateverTheConcurrency) {
  ASSERT_EQ(optimize({"-j", "1", "--output-dir", "a"}).exit_code, 0);
  ASSERT_EQ(optimize({"-j", "64", "--output-dir", "b"}).exit_code, 0);
  const auto read = [&](const char* runs, const char* name) {
    std::ifstream in(std::filesystem::directory_iterator(dir_ / runs)->path() / name);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  for (const char* name : {"result.json", "trace.jsonl", "evaluations.csv", "best_prompt.txt"}) {
    EXPECT_EQ(read("a", name), read("b", name)) << name;
    EXPECT_FALSE(read("a", name).empty()) << name;
  }
}

TEST_F(Optimize, ASecondRunWithTheCacheMakesNoRequest) {
  ASSERT_EQ(optimize({"--cache", "shared.db"}).exit_code, 0);
  const std::string first = file("result.json");
  const std::int64_t before = server_.request_count();
  ASSERT_EQ(optimize({"--cache", "shared.db", "--offline"}).exit_code, 0);
  EXPECT_EQ(server_.request_count(), before);
  EXPECT_EQ(file("result.json"), first);
}

TEST_F(Optimize, OfflineNamesTheMissingAnswerAndHowToGoOn) {
  const Finished run = optimize({"--offline"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.last_line(), HasSubstr("--resume"));
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(Optimize, ResumeRepaysNothingAndEndsTheSame) {
  ASSERT_EQ(optimize({"--output-dir", "whole"}).exit_code, 0);
  std::ifstream whole(std::filesystem::directory_iterator(dir_ / "whole")->path() / "result.json");
  const std::string expected(std::istreambuf_iterator<char>(whole), {});
  const std::int64_t before = server_.request_count();
  on_request([&](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < before + 47) return std::nullopt;
    return ServerReply{.status = 401, .body = R"({"error": {"message": "key expired"}})"};
  });
  const Finished stopped = optimize({"-j", "1"});
  EXPECT_EQ(stopped.exit_code, 3) << stopped.err;
  EXPECT_EQ(result()["stopped"], "error");
  on_request(nullptr);
  const std::int64_t paid = server_.request_count() - before - 47;
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(file("result.json"), expected);
  EXPECT_EQ(server_.request_count(), before + 150 + paid);
}

TEST_F(Optimize, ResumeRefusesAChangedSettingAndNamesBothValues) {
  ASSERT_EQ(optimize().exit_code, 0);
  const Finished run = zopo({"optimize", "--resume", run_dir().string(), "--seed", "5"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("/settings/optimizer/seed = 0, now it is 5"));
}

TEST_F(Optimize, AnErrorIsNeverAWrongAnswer) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("word3") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 400, .body = R"({"error": {"message": "blocked"}})"};
  });
  const Finished run = optimize({"--set", "evaluation.examples=20", "--budget-evaluations", "4",
                                 "--set", "evaluation.max_error_rate=0"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("1 of 20 examples have no answer"));
  EXPECT_THAT(run.last_line(), HasSubstr("blocked"));
}

TEST_F(Optimize, AllowedErrorsAreLeftOutOfTheScore) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("word3\"") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 400, .body = R"({"error": {"message": "blocked"}})"};
  });
  const Finished run = optimize({"--set", "evaluation.examples=20", "--set",
                                 "evaluation.max_error_rate=0.1", "--budget-evaluations", "4"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["best"]["dev"]["n"], 19);
  EXPECT_EQ(result()["best"]["dev"]["error"], 1);
}

TEST_F(Optimize, FaultsOnTheWayChangeNothing) {
  ASSERT_EQ(optimize({"--output-dir", "calm"}).exit_code, 0);
  std::ifstream calm(std::filesystem::directory_iterator(dir_ / "calm")->path() / "result.json");
  const std::string expected(std::istreambuf_iterator<char>(calm), {});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    switch (request.number % 10) {
      case 0:
        return ServerReply{.status = 503};
      case 3:
        return ServerReply{.status = 429, .headers = {{"Retry-After", "0"}}};
      case 6:
        return ServerReply{.fault = Fault::close};
      default:
        return std::nullopt;
    }
  });
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  // What may have been charged counts; nothing else differs.
  json faulty = result(), calm_result = json::parse(expected);
  for (const char* const cost : {"usage", "search_calls"})
    faulty.erase(cost), calm_result.erase(cost);
  EXPECT_EQ(faulty, calm_result);
}

TEST_F(Optimize, ACapOnCallsIsNotExceededByOne) {
  const Finished run = optimize({"--budget-calls", "111", "-j", "64", "--out", "run.junit.xml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;  // it has its test score
  EXPECT_THAT(run.last_line(), HasSubstr("budget.calls = 111 left"));
  EXPECT_THAT(read_file(dir_ / "run.junit.xml"), HasSubstr("errors=\"0\""));
  EXPECT_LE(server_.request_count(), 111);
  EXPECT_EQ(result()["best"]["test"]["n"], 30);  // the test's share was kept aside
  EXPECT_THAT(run.out, StartsWith("quality "));
}

TEST_F(Optimize, ACapThatLeavesNothingForTheTestIsAnErrorOfItsOwn) {
  const Finished run = optimize({"--budget-calls", "15", "--out", "run.junit.xml"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_THAT(run.err, HasSubstr("the prompt below is not tested"));
  EXPECT_THAT(read_file(dir_ / "run.junit.xml"), HasSubstr("errors=\"1\""));
}

TEST_F(Optimize, ACapOnTokensStopsWithTheBestSoFar) {
  const Finished run = optimize({"--budget-tokens", "900", "-j", "64"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const json usage = result()["usage"];
  EXPECT_LE(usage["prompt_tokens"].get<int>() + usage["completion_tokens"].get<int>(), 900);
}

TEST_F(Optimize, ACapInDollarsNeedsAPriceAndHolds) {
  const Finished refused = optimize({"--budget-usd", "0.01"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("needs the price of model \"toy\""));
  write_task(
      {{"llm",
        {{"price", {{"prompt_usd_per_million", 100}, {"completion_usd_per_million", 200}}}}}});
  const Finished run = optimize({"--budget-usd", "0.05", "-j", "64"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_LE(result()["usage"]["usd"].get<double>(), 0.05);
}

TEST_F(Optimize, ThresholdsHaveTheirOwnExitCode) {
  EXPECT_EQ(optimize({"--fail-under", "0.01"}).exit_code, 0);
  const Finished run = optimize({"--fail-under", "1.5"});
  EXPECT_EQ(run.exit_code, 100);
  EXPECT_THAT(run.last_line(), HasSubstr("--fail-under 1.5"));
  EXPECT_EQ(optimize({"--min-improvement", "0.9"}).exit_code, 100);
  const double mean = result()["best"]["test"]["score"];
  const std::string at_the_mean = std::to_string(mean - 1e-6);
  EXPECT_EQ(optimize({"--fail-under", at_the_mean}).exit_code, 0);
  const Finished lower = optimize({"--fail-under", at_the_mean, "--fail-under-bound", "lower"});
  EXPECT_EQ(lower.exit_code, 100);
  EXPECT_THAT(lower.last_line(), HasSubstr("lower bound of the test score"));
}

TEST_F(Optimize, WarnsOfAnswersInsideAPrompt) {
  dir_.write("candidates.txt", "quality 100 say WORD3 and TERM7\nquality 10 plain\n");
  const Finished run = optimize({"--budget-evaluations", "3", "--set", "optimizer.initial=3"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("1 candidate(s) hold answers of dev examples; candidate 0"));
  EXPECT_THAT(run.err, HasSubstr("the best prompt: the answers of 1 dev example(s)"));
  EXPECT_THAT(run.err, HasSubstr("the best prompt: the answers of 1 test example(s)"));
  EXPECT_EQ(result()["warnings"].size(), 2u);
}

TEST_F(Optimize, WarnsOfOneSampleAtATemperature) {
  const Finished warned = optimize({"--set", "llm.temperature=0.7", "--dry-run"});
  EXPECT_THAT(warned.err, HasSubstr("evaluation.repeats"));
  const Finished repeated = optimize({"--set", "llm.temperature=0.7", "--set",
                                      "evaluation.repeats=3", "--budget-evaluations", "4"});
  ASSERT_EQ(repeated.exit_code, 0) << repeated.err;
  EXPECT_EQ(repeated.err.find("warning"), std::string::npos) << repeated.err;
  EXPECT_EQ(result()["best"]["test"]["n"], 30);  // examples, not samples
  EXPECT_EQ(result()["search_calls"], 4 * 10 * 3);
}

TEST_F(Optimize, MarksDevFiguresOfTheSearchAsOptimistic) {
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, HasSubstr("(optimistic: it was chosen by this score)"));
  EXPECT_EQ(result()["best"]["dev"]["optimistic"], true);
  EXPECT_FALSE(result()["baseline"]["dev"].contains("optimistic"));
  EXPECT_FALSE(result()["best"]["test"].contains("optimistic"));
}

TEST_F(Optimize, FormatJsonPutsTheResultOnStdout) {
  const Finished run = optimize({"--format", "json"});
  ASSERT_EQ(run.exit_code, 0);
  EXPECT_EQ(json::parse(run.out), result());
}

TEST_F(Optimize, DryRunSendsNothingAndBoundsTheCalls) {
  const Finished run = optimize({"--dry-run", "--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["calls"]["total"], 3 * 160);
  EXPECT_EQ(server_.request_count(), 0);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "runs"));
}

TEST_F(Optimize, DryRunBoundsWhatTheRunThenCosts) {
  write_task(
      {{"evaluation", {{"repeats", 2}}},
       {"llm",
        {{"price", {{"prompt_usd_per_million", 100}, {"completion_usd_per_million", 200}}}}}});
  const json bound = json::parse(optimize({"--dry-run", "--format", "json"}).out);
  const Finished run = optimize({"-j", "64"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  // Of the baseline's 20 examples the search has asked all.
  EXPECT_EQ(server_.request_count(), bound["calls"]["typical"].get<int>() - 20);
  const json usage = result()["usage"];
  EXPECT_LE(usage["prompt_tokens"], bound["tokens_at_most"]["prompt"]);
  EXPECT_LE(usage["completion_tokens"], bound["tokens_at_most"]["completion"]);
  EXPECT_LE(usage["usd"], bound["usd_at_most"]);
}

TEST_F(Optimize, AWrongKeyStopsAtOnceWithoutShowingIt) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{
        .status = 401,
        .body = R"({"error": {"message": "Incorrect API key provided: sk-sentinel"}})"};
  });
  const Finished run = zopo({"--log-level", "trace", "optimize", "--task", "task.json"},
                            {{"OPENAI_API_KEY", "sk-sentinel"}});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_LE(server_.request_count(), 16);
  EXPECT_EQ(run.err.find("sk-sentinel"), std::string::npos) << run.err;
  for (const auto& entry : std::filesystem::directory_iterator(run_dir())) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(bytes.find("sk-sentinel"), std::string::npos) << entry.path();
  }
}

TEST_F(Optimize, TheKeyIsSentAsABearerToken) {
  ASSERT_EQ(zopo({"optimize", "--task", "task.json"}, {{"OPENAI_API_KEY", "sk-1"}}).exit_code, 0);
  EXPECT_EQ(server_.requests().front().headers.at("authorization"), "Bearer sk-1");
}

TEST_F(Optimize, KilledAndResumedItPaysNothingTwice) {
  ASSERT_EQ(optimize({"--output-dir", "whole"}).exit_code, 0);
  std::ifstream whole(std::filesystem::directory_iterator(dir_ / "whole")->path() / "result.json");
  const std::string expected(std::istreambuf_iterator<char>(whole), {});
  const std::int64_t before = server_.request_count();
  on_request([before](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < before + 50) return std::nullopt;
    return ServerReply{.fault = Fault::stall};
  });
  Program program({"optimize", "--task", "task.json", "-j", "4"}, {{"no_proxy", "127.0.0.1"}},
                  dir_.path());
  while (server_.request_count() < before + 54) usleep(1000);
  usleep(100000);  // the fifty answers before the stall are committed by then
  program.send_signal(SIGKILL);
  program.wait();
  on_request(nullptr);
  const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(file("result.json"), expected);
  EXPECT_EQ(server_.request_count(), before + 150 + 4);  // only the four in flight were asked again
}

TEST_F(Optimize, ASignalSavesAndSaysHowToGoOn) {
  for (const auto& [signal, exit_code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    std::filesystem::remove_all(dir_ / "runs");
    const std::int64_t before = server_.request_count();
    on_request([before](const ServerRequest& request) -> std::optional<ServerReply> {
      if (request.number < before + 30) return std::nullopt;
      return ServerReply{.status = 503, .headers = {{"Retry-After", "1"}}};
    });
    Program program({"optimize", "--task", "task.json", "-j", "2"}, {{"no_proxy", "127.0.0.1"}},
                    dir_.path());
    while (server_.request_count() < before + 31) usleep(1000);
    program.send_signal(signal);
    const Finished run = program.wait();
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    EXPECT_THAT(run.last_line(), HasSubstr("--resume"));
    EXPECT_EQ(result()["stopped"], "interrupted");
  }
}

TEST_F(Optimize, TheBuiltInMethodsAllRun) {
  for (const char* method : {"zopo", "zopo-paper", "random"}) {
    const Finished run = optimize({"--method", method, "--cache", "shared.db"});
    EXPECT_EQ(run.exit_code, 0) << method << ": " << run.err;
  }
}

TEST_F(Optimize, EmbeddingsCanComeFromAnEndpoint) {
  write_task({{"embeddings", {{"provider", "openai"}, {"model", "vectors"}}},
              {"optimizer", {{"method", "zopo-paper"}}}});
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.target != "/v1/embeddings") return std::nullopt;
    json data = json::array();
    const json inputs = json::parse(request.body)["input"];
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      data.push_back(
          {{"index", i},
           {"embedding", {double(inputs[i].get<std::string>().size()), double(i % 5), 1.0}}});
    }
    return ServerReply{
        .body =
            json{{"data", data}, {"model", "vectors"}, {"usage", {{"prompt_tokens", 9}}}}.dump()};
  });
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(server_.request_count(), 151);  // 25 texts fit into one request
  const Finished again = zopo({"optimize", "--resume", run_dir().string()});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server_.request_count(), 151);
}

}  // namespace
}  // namespace zopo::test
