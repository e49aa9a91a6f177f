// What a run recommends: never a prompt that falls behind the one in use.
#include <algorithm>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/base/file.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using Recommendation = TaskTest;

TEST_F(Recommendation, IsTheUsersPromptWhereNothingBetterIsFound) {
  write_task({{"prompt", {{"baseline", "quality 100 mine"}}}});
  const Finished run = optimize({"--min-improvement", "0"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "quality 100 mine\n");
  EXPECT_EQ(file("best_prompt.txt"), "quality 100 mine\n");
  EXPECT_EQ(result()["verdict"], "in_use");
  EXPECT_EQ(result()["found"], nullptr);
  EXPECT_THAT(run.last_line(), testing::StartsWith("zopo: exit 0: done; keep your prompt; look"));
}

TEST_F(Recommendation, StaysTheUsersPromptWhereTheTestSaysNo) {
  // On dev the candidate knows everything, on the test nothing.
  dir_.write("candidates.txt", "quality 99 in one word\n");
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    const bool is_test = request.body.find("term") != std::string::npos;
    const bool is_candidate = request.body.find("in one word") != std::string::npos;
    if (!is_test || !is_candidate) return std::nullopt;
    return ServerReply{.body = chat_completion("?")};
  });
  write_task({{"optimizer", {{"initial", 1}}}});
  const Finished run =
      optimize({"--min-improvement", "0.1", "--out", "kept.junit.xml", "--out", "kept.md"});
  EXPECT_EQ(run.exit_code, 100) << run.err;
  EXPECT_EQ(run.out, "quality 50 baseline\n");
  EXPECT_EQ(file("best_prompt.txt"), "quality 50 baseline\n");
  const json r = result();
  EXPECT_EQ(r["verdict"], "keep");
  EXPECT_EQ(r["best"]["id"], 0);
  EXPECT_EQ(r["best"]["test"], r["baseline"]["test"]);
  EXPECT_EQ(r["found"]["prompt"], "quality 99 in one word");
  EXPECT_EQ(r["found"]["test"]["score"], 0.0);
  EXPECT_EQ(r["found"]["dev"]["optimistic"], true);
  EXPECT_LT(r["test_difference"]["value"].get<double>(), 0);
  const std::string words = "worse than your prompt on the test: keep your prompt";
  EXPECT_THAT(run.err, HasSubstr("verdict: " + words));
  EXPECT_THAT(read_file(dir_ / "kept.junit.xml"), HasSubstr(words));
  EXPECT_THAT(read_file(dir_ / "kept.md"), HasSubstr("**" + words + "**"));
  EXPECT_THAT(read_file(dir_ / "kept.md"), HasSubstr("the baseline, kept"));
}

TEST_F(Recommendation, IsNoPromptWithoutAnyAnswer) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("quality 50 baseline") == request.body.npos) return std::nullopt;
    return ServerReply{.body = chat_completion("", "content_filter")};
  });
  const Finished run = optimize({"--set", "evaluation.max_error_rate=1"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.out, testing::StartsWith("quality "));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("baseline")));
  EXPECT_GT(result()["best"]["dev"]["n"], 0);
  EXPECT_EQ(result()["verdict"], "untested");
  EXPECT_THAT(run.err, HasSubstr("not compared with your prompt, which has no answer"));
}

TEST_F(Recommendation, ComparesWithTheMajorityAnswerWhereTheUserHasNoPrompt) {
  const auto labels = [](const std::string& input, int yes, int no) {
    std::string lines;
    for (int i = 0; i < yes + no; ++i)
      lines +=
          json{{"input", input + std::to_string(i)}, {"output", i < yes ? "YES" : "NO"}}.dump() +
          "\n";
    return lines;
  };
  dir_.write("dev.jsonl", labels("d", 13, 7));
  dir_.write("test.jsonl", labels("t", 20, 10));
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.body = chat_completion("YES")};
  });
  write_task({{"prompt", {{"baseline", nullptr}}}});
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const json r = result();
  EXPECT_EQ(r["verdict"], "");  // nothing of the user's to keep or to replace
  EXPECT_EQ(r["baseline_source"], "first_initial");
  EXPECT_EQ(r["majority_answer"]["answer"], "YES");
  EXPECT_EQ(r["majority_answer"]["test_difference"]["value"], 0.0);
  EXPECT_THAT(run.err, HasSubstr("warning: the best prompt gives one answer, \"YES\", to all 30"));
  EXPECT_THAT(run.err, HasSubstr("0.667 on the test, no more than always answering \"YES\""));
  EXPECT_THAT(run.err, HasSubstr("against the first initial prompt"));
}

}  // namespace
}  // namespace zopo::test
