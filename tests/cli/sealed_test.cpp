// The sealed test is read once, whatever is done to the caps: on the built binary.
#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Sealed : public TaskTest {
 protected:
  // One candidate only, and the test.
  Finished start() { return optimize({"--set", "optimizer.initial=1", "--budget-calls", "90"}); }
  Finished resume(std::vector<std::string> args = {}) {
    args.insert(args.begin(), {"optimize", "--resume", run_dir().string()});
    return zopo(std::move(args));
  }
};

TEST_F(Sealed, ALargerCapDoesNotReadTheTestForAnotherWinner) {
  ASSERT_EQ(start().exit_code, 0);
  const std::string before = file("result.json");
  EXPECT_EQ(json::parse(before)["test"]["readings"], 1);
  const std::int64_t asked = server_.request_count();
  const Finished refused = resume({"--budget-calls", "1000"});
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("--reopen-test"));
  EXPECT_EQ(server_.request_count(), asked);
  EXPECT_EQ(file("result.json"), before);
  // As it was it may be run again.
  EXPECT_EQ(resume().exit_code, 0);
  EXPECT_EQ(file("result.json"), before);
}

TEST_F(Sealed, AReopenedTestIsSaid) {
  ASSERT_EQ(start().exit_code, 0);
  const json first = result();
  const Finished reopened = resume({"--budget-calls", "1000", "--reopen-test"});
  ASSERT_EQ(reopened.exit_code, 0) << reopened.err;
  ASSERT_NE(result()["best"]["prompt"], first["best"]["prompt"]);
  EXPECT_EQ(result()["test"]["readings"], 2);
  EXPECT_THAT(reopened.err, HasSubstr("the test was read 2 times"));
  EXPECT_EQ(zopo({"report", run_dir().string(), "--out", "r.html", "--out", "r.md"}).exit_code, 0);
  for (const char* page : {"r.html", "r.md"}) {
    std::ifstream in(dir_ / page);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_THAT(text, HasSubstr("the test was read 2 times")) << page;
  }
}

TEST_F(Sealed, ATestWithoutAnyAnswerIsExit5AndSaysHowOftenItAsked) {
  on_request([](const ServerRequest& request) -> std::optional<ServerReply> {
    if (request.body.find("term") == std::string::npos) return std::nullopt;
    return ServerReply{.body = chat_completion("", "content_filter")};
  });
  const Finished run = optimize({"--set", "evaluation.max_error_rate=1"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("test: asked 60 times, 0 answers"));
  EXPECT_THAT(run.err, Not(HasSubstr("not read")));
  EXPECT_TRUE(result()["best"]["test"].is_null());
  EXPECT_EQ(result()["test"]["readings"], 0);
}

}  // namespace
}  // namespace zopo::test
