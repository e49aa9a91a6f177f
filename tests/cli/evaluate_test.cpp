// `zopo evaluate` on the built binary against a loopback server.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class Evaluate : public TaskTest {
 protected:
  Finished evaluate(std::vector<std::string> args) const {
    args.insert(args.begin(), {"evaluate", "--task", "task.json"});
    return zopo(std::move(args));
  }
};

TEST_F(Evaluate, ScoresAPromptOnAllOfDevWithItsInterval) {
  const Finished run = evaluate({"--prompt", "quality 100 please"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("prompt 1  1.000 [0.839, 1.000] on 20 dev examples"));
  EXPECT_EQ(server_.request_count(), 20);
  EXPECT_EQ(run.last_line(), "zopo: exit 0: done");
  EXPECT_EQ(result()["prompts"][0]["n"], 20);
}

TEST_F(Evaluate, ComparesTheFirstPromptToTheOthersOnTheSameExamples) {
  dir_.write("old.txt", "quality 0 now\n");
  const Finished run = evaluate({"--prompt", "quality 100 please", "--prompt-file", "old.txt",
                                 "--baseline", "--split", "test", "--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json r = json::parse(run.out);
  EXPECT_EQ(r, result());
  EXPECT_EQ(r["split"], "test");
  EXPECT_EQ(r["prompts"][1]["prompt"], "quality 0 now");
  EXPECT_EQ(r["prompts"][2]["prompt"], "quality 50 baseline");
  ASSERT_EQ(r["differences"].size(), 2u);
  EXPECT_EQ(r["differences"][0]["second"], 1);
  EXPECT_EQ(r["differences"][0]["value"], 1.0);
  EXPECT_EQ(r["differences"][0]["verdict"], "significantly better");
  EXPECT_EQ(server_.request_count(), 90);
}

TEST_F(Evaluate, TakesTheBestPromptOfARunWithoutPayingAgain) {
  ASSERT_EQ(optimize().exit_code, 0);
  const std::string best = result()["best"]["prompt"];
  const json test = result()["best"]["test"];
  const std::int64_t before = server_.request_count();
  const Finished run = zopo({"evaluate", "--run", run_dir().string(), "--split", "test", "--format",
                             "json", "--output-dir", "evaluations"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json prompt = json::parse(run.out)["prompts"][0];
  EXPECT_EQ(prompt["prompt"], best);
  EXPECT_EQ(prompt["score"], test["score"]);
  EXPECT_EQ(prompt["ci"], test["ci"]);
  EXPECT_EQ(server_.request_count(), before);
}

TEST_F(Evaluate, ItsThresholdsHoldTheMeanOrTheLowerBound) {
  const std::vector<std::string> prompts = {"--prompt",    "quality 100 a", "--prompt",
                                            "quality 0 b", "--cache",       "shared.db"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), prompts.begin(), prompts.end());
    return evaluate(more);
  };
  EXPECT_EQ(with({"--fail-under", "0.9"}).exit_code, 0);
  const Finished lower = with({"--fail-under", "0.9", "--fail-under-bound", "lower"});
  EXPECT_EQ(lower.exit_code, 100);
  EXPECT_THAT(lower.last_line(), HasSubstr("lower bound"));
  EXPECT_EQ(with({"--min-improvement", "0.9"}).exit_code, 0);
  EXPECT_EQ(evaluate({"--prompt", "quality 50 b", "--min-improvement", "0.1"}).exit_code, 100);
}

TEST_F(Evaluate, WritesTheAnswersAndCopies) {
  ASSERT_EQ(evaluate({"--prompt", "quality 70 a", "--out", "copy.json", "--out", "answers.csv"})
                .exit_code,
            0);
  EXPECT_EQ(json::parse(std::ifstream(dir_ / "copy.json")), result());
  const std::string csv = file("evaluations.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\r'), 1 + 20);
  EXPECT_THAT(csv, HasSubstr("dev,0,0,ok,"));
  std::ifstream copy(dir_ / "answers.csv", std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(copy), {}), csv);
}

TEST_F(Evaluate, AnErrorIsNeverAWrongAnswer) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("word3\"") == std::string::npos) return std::nullopt;
    return ServerReply{.status = 400, .body = R"({"error": {"message": "blocked"}})"};
  });
  const Finished run =
      evaluate({"--prompt", "quality 100 a", "--set", "evaluation.max_error_rate=0"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.out, HasSubstr("not scored"));
  EXPECT_THAT(run.last_line(), HasSubstr("zopo evaluate --resume"));
  const Finished allowed =
      evaluate({"--prompt", "quality 100 a", "--set", "evaluation.max_error_rate=0.1"});
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
  EXPECT_THAT(allowed.out, HasSubstr("1.000 [0.832, 1.000] on 19 dev examples"));
  EXPECT_THAT(allowed.out, HasSubstr("1 without an answer"));
}

TEST_F(Evaluate, ResumedItPaysOnlyForWhatIsMissing) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.number < 25) return std::nullopt;
    return ServerReply{.status = 401, .body = R"({"error": {"message": "key expired"}})"};
  });
  const Finished stopped =
      evaluate({"--prompt", "quality 90 a", "--prompt", "quality 10 b", "-j", "1"});
  EXPECT_EQ(stopped.exit_code, 3) << stopped.err;
  EXPECT_EQ(result()["prompts"][0]["n"], 20);
  EXPECT_EQ(result()["prompts"][1]["score"], nullptr);
  on_request(nullptr);
  const std::int64_t before = server_.request_count();
  const Finished resumed = zopo({"evaluate", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(result()["prompts"][1]["n"], 20);
  EXPECT_EQ(server_.request_count() - before, 40 - 25);
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 2);
}

TEST_F(Evaluate, ACapOnCallsEndsItWithWhatWasScored) {
  const Finished run = evaluate({"--prompt", "quality 90 a", "--prompt", "quality 10 b",
                                 "--budget-calls", "30", "--format", "json"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_LE(server_.request_count(), 30);
  EXPECT_EQ(json::parse(run.out)["prompts"][0]["n"], 20);
  EXPECT_EQ(json::parse(run.out)["differences"][0]["value"], nullptr);
}

// A metric that is a program beside the task file: half a point for the right answer in small
// letters.
constexpr const char* kScorer = R"(#!/bin/sh
n=0
while read -r line; do
  case "$line" in *'"answer":"?"'*) s=0;; *) s=0.5;; esac
  echo "{\"id\": $n, \"score\": $s}"
  n=$((n+1))
done
)";

TEST_F(Evaluate, ScoresByACommandOfTheUsers) {
  std::filesystem::permissions(dir_.write("score.sh", kScorer), std::filesystem::perms::owner_all);
  write_task({{"metric", {{"name", "command"}, {"options", {{"command", {"./score.sh"}}}}}}});
  const Finished run = evaluate({"--prompt", "quality 100 a", "--prompt", "quality 0 b"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(result()["prompts"][0]["score"], 0.5);
  EXPECT_EQ(result()["prompts"][1]["score"], 0.0);
  EXPECT_EQ(result()["differences"][0]["verdict"], "significantly better");
  ASSERT_EQ(optimize({"--output-dir", "search"}).exit_code, 0);
}

TEST_F(Evaluate, ACommandThatCrashesIsAnErrorThatResumingMends) {
  const auto script = dir_.write("score.sh", "#!/bin/sh\nexit 7\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  write_task({{"metric", {{"name", "command"}, {"options", {{"command", {"./score.sh"}}}}}}});
  const Finished run = evaluate({"--prompt", "quality 100 a"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("exited with status 7"));
  EXPECT_THAT(run.out, HasSubstr("not scored"));
  dir_.write("score.sh", kScorer);
  const std::int64_t before = server_.request_count();
  const Finished resumed = zopo({"evaluate", "--resume", run_dir().string()});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(result()["prompts"][0]["score"], 0.5);
  EXPECT_EQ(server_.request_count(), before);
}

TEST_F(Evaluate, RefusesWhatItCannotScore) {
  dir_.write("bytes.txt", "\xff\xfe");
  const std::vector<std::vector<std::string>> lines = {{},
                                                       {"--prompt", ""},
                                                       {"--prompt", "a", "--split", "train"},
                                                       {"--prompt", "a", "--out", "x.pdf"},
                                                       {"--prompt-file", "missing.txt"},
                                                       {"--prompt-file", "bytes.txt"},
                                                       {"--run", "nowhere"},
                                                       {"--prompt", "a", "--resume", "nowhere"}};
  for (const auto& line : lines) {
    const Finished run = evaluate(line);
    EXPECT_EQ(run.exit_code, 2) << testing::PrintToString(line) << run.err;
    EXPECT_EQ(run.out, "") << testing::PrintToString(line);
  }
  std::filesystem::remove(dir_ / "task.json");
  EXPECT_EQ(zopo({"evaluate", "--prompt", "a"}).exit_code, 2);
  EXPECT_EQ(server_.request_count(), 0);
}

}  // namespace
}  // namespace zopo::test
