// Caps hold, whatever the server charges for and whenever the process is killed; nothing that was
// charged is left out of the sums.
#include <signal.h>

#include <algorithm>
#include <random>
#include <regex>
#include <set>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "tests/support/wait_until.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class CapsOfRuns : public TaskTest {
 protected:
  CapsOfRuns() {
    write_task({{"llm",
                 {{"retry_wait_ms", 0},
                  {"circuit_breaker", 1000},
                  {"price", {{"prompt_usd_per_million", 1}, {"completion_usd_per_million", 1}}}}},
                {"evaluation", {{"max_error_rate", 1}}}});
  }

  // So many of a hundred replies are charged and unusable.
  void spoil(int percent, const std::string& how) {
    on_request([=, this](const ServerRequest& request) -> std::optional<ServerReply> {
      if (static_cast<int>(random_() % 100) >= percent) return std::nullopt;
      ServerReply reply{.body = chat_completion("text", how == "error" ? "error" : "stop")};
      if (how == "empty") reply.body = chat_completion("");
      if (how == "filter") reply.body = chat_completion("text", "content_filter");
      if (how == "cut") reply.fault = Fault::cut;
      if (how == "unreadable") reply.body.pop_back();
      static_cast<void>(request);
      return reply;
    });
  }

  json dry_run() const { return json::parse(optimize({"--dry-run", "--format", "json"}).out); }

  void answer_embeddings() {
    on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
      if (request.target != "/v1/embeddings") return std::nullopt;
      std::vector<std::vector<float>> rows;
      const json body = json::parse(request.body);
      for (const json& text : body["input"])
        rows.push_back({static_cast<float>(text.get<std::string>().size()),
                        static_cast<float>(rows.size()), 1});
      return ServerReply{.body = embedding_reply(rows, 9)};
    });
  }

  void kill_after(Program& program, std::int64_t requests) {
    wait_until([&] { return server_.request_count() >= requests; });
    usleep(static_cast<useconds_t>(random_() % 3000));
    program.send_signal(SIGKILL);
    program.wait();
  }

  std::mt19937 random_{5};
};

TEST_F(CapsOfRuns, WhatIsChargedAndUnusableIsWithinThem) {
  for (const char* const how : {"empty", "error", "cut", "unreadable", "filter"}) {
    std::filesystem::remove_all(dir_ / "runs");
    spoil(40, how);
    const std::int64_t before = server_.request_count();
    const Finished run = optimize({"--budget-calls", "120", "-j", "64"});
    EXPECT_LE(server_.request_count() - before, 120) << how << run.err;
    EXPECT_EQ(result()["usage"]["calls"], server_.request_count() - before) << how << run.err;
  }
}

TEST_F(CapsOfRuns, TheDryRunBoundsWhatIsChargedAndUnusable) {
  for (const char* const how : {"empty", "error", "cut", "unreadable", "filter"}) {
    std::filesystem::remove_all(dir_ / "runs");
    spoil(40, how);
    const std::int64_t before = server_.request_count();
    const json bound = dry_run();
    const Finished run = optimize();
    EXPECT_EQ(run.exit_code, 0) << how << run.err;
    EXPECT_LE(server_.request_count() - before, bound["calls"]["total"]) << how;
    EXPECT_EQ(result()["usage"]["calls"], server_.request_count() - before) << how;
    EXPECT_LE(result()["usage"]["prompt_tokens"], bound["tokens_at_most"]["prompt"]) << how;
  }
}

TEST_F(CapsOfRuns, HoldOverFortyKills) {
  write_task({{"budget", {{"evaluations", 24}, {"calls", 340}}},
              {"evaluation", {{"examples", 20}}},
              {"llm", {{"concurrency", 6}}}});
  delay_replies([](const ServerRequest& request) {
    return std::chrono::milliseconds(1 + request.number % 4);
  });
  int kills = 0;
  for (; kills < 40; ++kills) {
    const bool is_begun = std::filesystem::exists(dir_ / "runs") && !run_dir().empty() &&
                          std::filesystem::exists(run_dir() / "manifest.json");
    if (!is_begun) std::filesystem::remove_all(dir_ / "runs");
    std::vector<std::string> args = {"optimize", "--task", "task.json"};
    if (is_begun) args = {"optimize", "--resume", run_dir().string()};
    Program program(args, {{"no_proxy", "127.0.0.1"}}, dir_.path());
    kill_after(program, std::min<std::int64_t>(server_.request_count() + random_() % 5, 330));
  }
  const Finished run = zopo({"optimize", "--resume", run_dir().string()});
  EXPECT_EQ(kills, 40);
  // What the kills have cost is the search's, or, where they come early, the test's too.
  const json best = result()["best"];
  const bool is_tested = best.is_object() && best["test"].is_object();
  EXPECT_EQ(run.exit_code, is_tested ? 0 : 4) << run.err;
  EXPECT_LE(server_.request_count(), 340);
  EXPECT_GT(server_.request_count(), 200);
  EXPECT_THAT(run.err, HasSubstr("of an earlier process of no use now"));
}

TEST_F(CapsOfRuns, OfABenchHoldOverKillsOfTwoProcesses) {
  write_task({{"llm", {{"concurrency", 6}}}});
  delay_replies([](const ServerRequest& request) {
    return std::chrono::milliseconds(1 + request.number % 4);
  });
  dir_.write("bench.json", json{{"tasks", {"task.json"}},
                                {"methods", {"random", "nearest"}},
                                {"seeds", 3},
                                {"caps", {{"calls", 300}}}}
                               .dump());
  const std::vector<std::string> bench = {"bench", "bench.json", "--dir", "d", "-j", "2"};
  for (int kill = 0; kill < 20; ++kill) {
    Program one(bench, {{"no_proxy", "127.0.0.1"}}, dir_.path());
    Program two(bench, {{"no_proxy", "127.0.0.1"}}, dir_.path());
    kill_after(one, std::min<std::int64_t>(server_.request_count() + random_() % 9, 290));
    kill_after(two, 0);
  }
  const Finished run = zopo(bench);
  EXPECT_LE(server_.request_count(), 300) << run.err;
  EXPECT_GT(server_.request_count(), 100) << run.err;
}

TEST_F(CapsOfRuns, EveryRoleIsInTheSumsAndTheyAddUpToWhatTheServerCounted) {
  write_task({{"embeddings",
               {{"provider", "openai"}, {"model", "e"}, {"batch", 5}, {"usd_per_million", 1000}}},
              {"optimizer", {{"method", "zopo"}}}});
  answer_embeddings();
  const json bound = dry_run();
  const Finished run = optimize();
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json usage = result()["usage"];
  EXPECT_EQ(usage["calls"], server_.request_count());
  EXPECT_EQ(usage["roles"]["embed"]["calls"], 5);
  EXPECT_EQ(usage["roles"]["embed"]["prompt_tokens"], 45);
  EXPECT_NEAR(usage["roles"]["embed"]["usd"], 0.045, 1e-9);
  for (const char* const sum : {"calls", "prompt_tokens", "completion_tokens"}) {
    std::int64_t of_roles = 0;
    for (const json& role : usage["roles"]) of_roles += role[sum].get<std::int64_t>();
    EXPECT_EQ(usage[sum], of_roles);
  }
  EXPECT_LE(usage["usd"], bound["usd_at_most"]);
  EXPECT_THAT(run.err, HasSubstr("embed 5 calls, 45 + 0 tokens, 0.0450 USD"));
}

TEST_F(CapsOfRuns, WhatIsKeptForTheTestPaysForTheTest) {
  for (const int cap : {170, 150}) {
    std::filesystem::remove_all(dir_ / "runs");
    spoil(30, "empty");
    const std::int64_t before = server_.request_count();
    const Finished run = optimize({"--budget-calls", std::to_string(cap)});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(result()["stopped"], "cap");
    EXPECT_LE(server_.request_count() - before, cap);
    EXPECT_EQ(result()["best"]["test"]["n"], 30) << cap << run.err;
  }
}

TEST_F(CapsOfRuns, ATestThatCostsMoreThanExpectedIsReadAsFarAsTheCapPays) {
  // Half of the replies to test examples are empty, which nothing foretold.
  on_request([this](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("term") == request.body.npos || random_() % 2 == 0) return std::nullopt;
    return ServerReply{.body = chat_completion("")};
  });
  const Finished run = optimize({"--budget-calls", "150"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_LE(server_.request_count(), 150);
  const int n = result()["best"]["test"]["n"];
  EXPECT_GE(n, 15);
  EXPECT_LT(n, 30);
  EXPECT_EQ(result()["baseline"]["test"]["n"], n);
  EXPECT_THAT(run.err, HasSubstr("the caps paid for " + std::to_string(n) + " of the 30"));
  const json before = result();
  const std::int64_t asked = server_.request_count();
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
  for (const char* same : {"best", "baseline", "verdict", "test_difference", "warnings", "usage"})
    EXPECT_EQ(result()[same], before[same]);
  EXPECT_EQ(server_.request_count(), asked);
}

// What the search asks of the prompt in use is not kept aside for it any more. Whole evaluations.
TEST_F(CapsOfRuns, ACapOnCallsIsSpentToTheLastCall) {
  write_task({{"budget", {{"evaluations", 24}}}, {"evaluation", {{"examples", 20}}}});
  const std::int64_t need =
      24 * 20 + 2 * 30;  // the search, with the prompt in use on dev; the test
  for (const std::int64_t less : {0, 20, 40, 200}) {
    std::filesystem::remove_all(dir_ / "runs");
    const std::int64_t before = server_.request_count();
    const Finished run = optimize({"--budget-calls", std::to_string(need - less)});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(server_.request_count() - before, need - less) << run.err;
    EXPECT_EQ(result()["stopped"], less == 0 ? "budget" : "cap");
    EXPECT_EQ(result()["best"]["test"]["n"], 30) << run.err;
  }
}

TEST_F(CapsOfRuns, DollarsHoldWhereNoReplySaysWhatItCost) {
  std::int64_t tokens = 0;  // at least four bytes each
  std::mutex mutex;
  on_request([&](const ServerRequest& request) -> std::optional<ServerReply> {
    json reply = json::parse(chat_completion("text"));
    reply.erase("usage");
    const std::lock_guard lock(mutex);
    tokens += static_cast<std::int64_t>(request.body.size()) / 4 + 1;
    return ServerReply{.body = reply.dump()};
  });
  const Finished run = optimize({"--budget-usd", "0.01", "-j", "16"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_LE(static_cast<double>(tokens) / 1e6, 0.01);
  const json usage = result()["usage"];
  EXPECT_EQ(usage["calls"], server_.request_count());
  EXPECT_LE(usage["usd"], 0.01);
  EXPECT_GE(usage["usd"], static_cast<double>(tokens) / 1e6);
}

TEST_F(CapsOfRuns, ARunThatUsedItsCapUpIsResumedToTheSameBytes) {
  ASSERT_EQ(optimize({"--budget-calls", "130"}).exit_code, 0);
  const std::string before = file("result.json");
  ASSERT_EQ(result()["best"]["test"]["n"], 30);
  const std::int64_t asked = server_.request_count();
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
  EXPECT_EQ(file("result.json"), before);
  EXPECT_EQ(server_.request_count(), asked);
}

TEST_F(CapsOfRuns, HugeSettingsAreRefusedOrBounded) {
  const Finished refused =
      optimize({"--dry-run", "--set", "evaluation.repeats=9223372036854775807"});
  EXPECT_EQ(refused.exit_code, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("/evaluation/repeats"));
  EXPECT_EQ(optimize({"--set", "llm.max_tokens=9223372036854775807"}).exit_code, 2);
  write_task({{"evaluation", {{"repeats", 1000000}}}, {"llm", {{"max_tokens", 1000000000}}}});
  const json bound = dry_run();
  EXPECT_GT(bound["tokens_at_most"]["completion"], 100'000'000'000'000);
  EXPECT_GT(bound["calls"]["total"], 160'000'000);
  write_task({{"evaluation", {{"repeats", 2}}}});
  const Finished run = optimize({"--budget-tokens", "100"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(CapsOfRuns, OnSecondsEndARunThatHangs) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 20) return std::nullopt;
    return ServerReply{.body = chat_completion("text"),
                       .fault = request.number % 2 == 0 ? Fault::stall : Fault::trickle};
  });
  const Finished run = optimize({"--budget-seconds", "0.7"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("budget.seconds"));
  EXPECT_EQ(result()["usage"]["calls"], server_.request_count());
}

TEST_F(CapsOfRuns, ASecondSignalAndTheEndOfTheGraceGiveUpWhatHangs) {
  on_request([](const ServerRequest&) { return ServerReply{.fault = Fault::stall}; });
  struct Case {
    std::vector<int> signals;
    const char* grace;
    int exit_code;
  };
  for (const auto& [signals, grace, exit_code] :
       {Case{{SIGTERM, SIGTERM}, "1000", 143}, Case{{SIGTERM}, "0", 143},
        Case{{SIGHUP, SIGHUP}, "1000", 143}, Case{{SIGINT, SIGINT}, "1000", 130}}) {
    std::filesystem::remove_all(dir_ / "runs");
    const std::int64_t before = server_.request_count();
    Program program({"optimize", "--task", "task.json", "-j", "2", "--set",
                     std::string("budget.grace_seconds=") + grace},
                    {{"no_proxy", "127.0.0.1"}}, dir_.path());
    while (server_.request_count() < before + 2) usleep(1000);
    for (const int signal : signals) {
      program.send_signal(signal);
      usleep(1000);
    }
    const Finished run = program.wait();
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    EXPECT_THAT(run.last_line(), HasSubstr("--resume"));
    EXPECT_EQ(result()["usage"]["calls"], 2);
  }
}

}  // namespace
}  // namespace zopo::test
