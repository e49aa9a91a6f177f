// First replies that are all wrong in a way that no prompt can mend: the run stops and says what
// would help, whichever command it is.
#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class AllWrong : public TaskTest {
 protected:
  // The model says wrap(the right answer) to everything.
  void say(std::function<std::string(const std::string&)> wrap) {
    on_request([wrap](const ServerRequest& request) -> std::optional<ServerReply> {
      const json body = json::parse(request.body);
      const std::string content = body["messages"].back()["content"];
      return ServerReply{.body = chat_completion(wrap(
                             play_model("quality 100 x" + content.substr(content.find('\n')))))};
    });
  }
};

TEST_F(AllWrong, ThinkingIsRecognisedAndTheExtractionNamed) {
  say([](const std::string& right) { return "<think>\nhm\n</think>\n\n" + right; });
  for (const Finished& run : {optimize(), evaluate_best()}) {
    EXPECT_EQ(run.exit_code, 5) << run.err;
    EXPECT_THAT(run.err, HasSubstr("{\"extract\":[\"strip_think\",\"last_line\"]} would score"));
    EXPECT_THAT(run.err, HasSubstr("expected \"WORD"));
    EXPECT_THAT(run.err, HasSubstr("--set evaluation.all_wrong=score"));
  }
  EXPECT_EQ(evaluate_best({"--set", "metric.extract=[\"strip_think\",\"last_line\"]"}).exit_code,
            0);
}

TEST_F(AllWrong, RepliesThatAreEmptyBesideReasoningAreNoScore) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.body = R"({"choices": [{"finish_reason": "stop", "message":
        {"content": null, "reasoning_content": "The answer is .."}}]})"};
  });
  for (const Finished& run : {optimize(), evaluate_best()}) {
    EXPECT_EQ(run.exit_code, 5) << run.err;
    EXPECT_THAT(run.err, HasSubstr("are empty beside the model's reasoning"));
    EXPECT_THAT(run.err, HasSubstr("enable_thinking"));
    EXPECT_EQ(run.out.find("0.000"), std::string::npos) << run.out;
  }
}

TEST_F(AllWrong, AnExtractionThatDoesNotFitIsNamed) {
  say([](const std::string& right) { return "Let me see.\nSo it is:\n" + right; });
  for (const Finished& run : {optimize(), evaluate_best()}) {
    EXPECT_EQ(run.exit_code, 5) << run.err;
    EXPECT_THAT(run.err, HasSubstr("{\"extract\":[\"last_line\"]} would score"));
  }
}

TEST_F(AllWrong, RepliesThatNeverHoldWhatIsExpectedEndTheRun) {
  say([](const std::string&) { return "No idea."; });
  for (const Finished& run : {optimize(), evaluate_best()}) {
    EXPECT_EQ(run.exit_code, 5) << run.err;
    EXPECT_THAT(run.err, HasSubstr("none holds what was expected"));
    EXPECT_THAT(run.err, HasSubstr("data.fields"));
  }
}

TEST_F(AllWrong, WhoWantsTheZerosGoesOnWithTheSameRun) {
  say([](const std::string&) { return "No idea."; });
  ASSERT_EQ(evaluate_best().exit_code, 5);
  const Finished resumed =
      zopo({"evaluate", "--resume", run_dir().string(), "--set", "evaluation.all_wrong=score"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(result()["prompts"][0]["score"], 0.0);
}

TEST_F(AllWrong, OneThatScoresIsEnoughToGoOn) {
  say([](const std::string& right) { return right == "WORD3" ? right : "No idea."; });
  EXPECT_EQ(evaluate_best().exit_code, 0);
}

}  // namespace
}  // namespace zopo::test
