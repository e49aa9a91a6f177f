// What others send or leave behind never ends the process: on the built binary.
#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/optim/method.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Crashes : public TaskTest {};

TEST_F(Crashes, NoAnswerAtAllIsExit5ForEveryMethodWhateverErrorRateIsAllowed) {
  on_request([](const ServerRequest&) {
    return ServerReply{.body = chat_completion("", "content_filter")};
  });
  for (const std::string& method : optim::known_methods()) {
    std::filesystem::remove_all(dir_ / "runs");
    const Finished run = optimize({"--method", method, "--set", "evaluation.max_error_rate=1"});
    EXPECT_EQ(run.exit_code, 5) << method << ": " << run.err;
    EXPECT_EQ(run.out, "") << method;
    EXPECT_THAT(run.last_line(), HasSubstr("--resume")) << method;
    const Finished resumed = zopo({"optimize", "--resume", run_dir().string()});
    EXPECT_EQ(resumed.exit_code, 5) << method << ": " << resumed.err;
  }
}

TEST_F(Crashes, AReplyThatNestsVeryDeepIsNoAnswer) {
  const std::string deep =
      R"({"choices":[{"finish_reason":"stop","message":{"content":"WORD1"}}],"x":)" +
      std::string(200'000, '[') + std::string(200'000, ']') + "}";
  for (const int status : {200, 400}) {
    on_request([&](const ServerRequest&) { return ServerReply{.status = status, .body = deep}; });
    const Finished run = optimize({"--set", "llm.max_attempts=1"});
    EXPECT_EQ(run.exit_code, 3) << run.err;
    EXPECT_EQ(zopo({"doctor", "--task", "task.json"}).exit_code, 3);
    std::filesystem::remove_all(dir_ / "runs");
  }
}

TEST_F(Crashes, AManifestThatNestsVeryDeepIsRefused) {
  ASSERT_EQ(optimize().exit_code, 0);
  for (const char* name : {"manifest.json", "result.json"}) {
    const std::string before = file(name);
    dir_.write((run_dir() / name).string(),
               R"({"x":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}");
    EXPECT_EQ(zopo({"report", run_dir().string()}).exit_code, 2) << name;
    dir_.write((run_dir() / name).string(), before);
  }
}

TEST_F(Crashes, GenerateWritesCandidatesWhateverTheCommandLineSaysOfThem) {
  std::string train;
  for (int i = 0; i < 10; ++i)
    train +=
        json{{"input", "t" + std::to_string(i)}, {"output", "T" + std::to_string(i)}}.dump() + "\n";
  dir_.write("train.jsonl", train);
  write_task({{"data", {{"train", "train.jsonl"}}}});
  const Finished run =
      zopo({"generate", "--task", "task.json", "--set", R"(candidates={"file":"candidates.txt"})"});
  EXPECT_THAT(run.err, HasSubstr("generate"));
  EXPECT_LT(run.exit_code, 128) << run.err;
  EXPECT_GT(server_.request_count(), 0);
}

}  // namespace
}  // namespace zopo::test
