// The live line and interruption as a person sees them, in a terminal that tmux plays.
#include "tests/cli/terminal.h"

#include <atomic>
#include <condition_variable>
#include <future>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr const char* kOptimize = "optimize --task task.json";
constexpr int kFirstRound = 30;  // calls: 3 initial prompts on 10 examples

class InATerminal : public TaskTest {
 protected:
  InATerminal() {
    // The first round is answered at once, so that there is a line to look at; all further answers
    // wait until the test lets them go.
    on_request([this](const ServerRequest&) {
      std::unique_lock lock(mutex_);
      if (++asked_ > kFirstRound + let_through_) changed_.wait(lock, [this] { return open_; });
      return std::nullopt;
    });
    delay_replies([this](const ServerRequest&) {
      const std::lock_guard lock(mutex_);
      return std::chrono::milliseconds(asked_ > kFirstRound ? 150 : 0);  // a bar's pause is 100 ms
    });
  }
  void SetUp() override {
    if (!tmux_is_there()) GTEST_SKIP() << "tmux is not installed: nothing was looked at";
  }
  // The server outlives this object's part of the test, and a program may still be asking.
  void TearDown() override {
    let_go();
    on_request(nullptr);
    delay_replies(nullptr);
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

  void let_through(int further) {
    const std::lock_guard lock(mutex_);
    let_through_ = further;
  }

  void ask_again() {
    const std::lock_guard lock(mutex_);
    open_ = false;
    asked_ = 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int asked_ = 0, let_through_ = 0;
  bool open_ = false;
};

TEST_F(InATerminal, TheLiveLineFitsAndDropsTheLeastImportant) {
  for (const auto& [columns, pattern] :
       {std::pair(40, "search 30/160 calls, best 0\\.[0-9]+( \\[.*\\])?"),
        std::pair(80, "search 30/160 calls, best 0\\.[0-9]+ \\[0\\.[0-9]+, [0-9.]+\\].*")}) {
    const Terminal terminal(columns, kOptimize, dir_.path());
    const std::string screen = terminal.wait_for("search 30/160 calls");
    EXPECT_THAT(screen, MatchesRegex(pattern)) << columns;
    EXPECT_EQ(screen.find('\n'), std::string::npos) << columns << " wraps:\n" << screen;
    let_go();
    EXPECT_THAT(terminal.wait_for("exit=0"), Not(HasSubstr("/160 calls"))) << columns;
    ask_again();
  }
}

TEST_F(InATerminal, AWideOneShowsTheBestPromptSoFarInASecondLine) {
  const Terminal terminal(200, kOptimize, dir_.path());
  const std::string screen = terminal.wait_for("search 30/160 calls");
  EXPECT_THAT(screen, MatchesRegex("search 30/160 calls, [0-9.]+/s, at most [0-9]+ s left\n"
                                   "best 0\\.[0-9]+ \\[0\\.[0-9]+, [0-9.]+\\] on 10: quality .*"));
  let_go();
  const std::string after = terminal.wait_for("exit=0");
  EXPECT_THAT(after, Not(HasSubstr("/160 calls")));
  EXPECT_THAT(after, Not(HasSubstr("on 10: quality")));
}

TEST_F(InATerminal, AWarningStandsOnALineOfItsOwn) {
  for (const int columns : {80, 200}) {
    std::promise<void> looked_at;
    const std::shared_future<void> go_on = looked_at.get_future().share();
    std::atomic<int> requests{0};
    on_request([&](const ServerRequest&) -> std::optional<ServerReply> {
      const int number = ++requests;
      if (number == kFirstRound + 11) go_on.wait();
      if (number != kFirstRound + 3) return std::nullopt;
      return ServerReply{
          .status = 400,
          .body = R"({"error": {"message": "Unsupported parameter: 'max_tokens' is not supported )"
                  R"(with this model. Use 'max_completion_tokens' instead.", )"
                  R"("param": "max_tokens", "code": "unsupported_parameter"}})"};
    });
    const Terminal terminal(columns, kOptimize, dir_.path());
    const std::string screen = terminal.wait_for("from now on");
    EXPECT_THAT(screen, MatchesRegex("zopo: warning: (.|\n)*")) << columns;
    looked_at.set_value();
    terminal.wait_for("exit=0");
    on_request(nullptr);
  }
}

TEST_F(InATerminal, ANarrowerWindowLeavesNothingOfTheOldLine) {
  // On a full screen, where no row of the line slips into the history.
  const Terminal terminal(120, kOptimize, dir_.path(), "sh -c 'seq 40; exec \"$0\" \"$@\"'");
  terminal.wait_for("search 30/160 calls.* s left");
  terminal.resize(40);
  let_go();
  const std::string screen = terminal.wait_for("search (4|5|6|7|8)0/160 calls");
  EXPECT_THAT(screen, Not(HasSubstr("search 30/")));
  EXPECT_THAT(screen, Not(HasSubstr("s left")));
  EXPECT_THAT(screen, Not(HasSubstr("on 10: quality")));
}

TEST_F(InATerminal, AnswersMoveTheLineWithinARound) {
  // Of the second round's ten examples four are answered.
  let_through(4);
  const Terminal terminal(80, std::string(kOptimize) + " -j 1", dir_.path());
  terminal.wait_for("search 34/160 calls, best");
  let_go();
  terminal.wait_for("exit=0");
}

TEST_F(InATerminal, NoColorAndNoColorWithout) {
  for (const char* before : {"NO_COLOR=1", ""}) {
    const Terminal terminal(80, kOptimize, dir_.path(), before);
    terminal.wait_for("search 30/160 calls");
    EXPECT_EQ(terminal.screen(true).find('\033'), std::string::npos) << before;
    let_go();
    terminal.wait_for("exit=0");
    ask_again();
  }
}

TEST_F(InATerminal, AFileGetsPlainLines) {
  let_go();
  const Terminal terminal(80, std::string(kOptimize) + " 2> err.txt", dir_.path());
  EXPECT_THAT(terminal.wait_for("exit=0"), Not(HasSubstr("search")));
  std::ifstream in(dir_ / "err.txt");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, HasSubstr("search 30/160 calls, best"));
  EXPECT_EQ(text.find_first_of("\r\033"), std::string::npos);
}

TEST_F(InATerminal, ATerminalThatCannotEraseGetsPlainLines) {
  let_go();
  const Terminal terminal(80, kOptimize, dir_.path(), "TERM=dumb");
  EXPECT_THAT(terminal.wait_for("exit=0"), HasSubstr("done 150/160 calls"));
}

TEST_F(InATerminal, TheFirstCtrlCFinishesAndSaysHowToGoOn) {
  const Terminal terminal(200, kOptimize, dir_.path());
  terminal.wait_for("search 30/160 calls");
  terminal.press("C-c");
  terminal.wait_for("zopo: finishing what is in flight; once more to give it up");
  let_go();
  const std::string screen = terminal.wait_for("exit=130");
  EXPECT_THAT(screen, HasSubstr("go on with: zopo optimize --resume"));
  EXPECT_THAT(screen, HasSubstr("once more to give it up"));  // what follows does not erase it
}

TEST_F(InATerminal, TheSecondCtrlCGivesUpWhatIsOnTheWire) {
  {
    const Terminal terminal(200, kOptimize, dir_.path());
    terminal.wait_for("search 30/160 calls");
    terminal.press("C-c");
    terminal.wait_for("once more to give it up");
    terminal.press("C-c");
    EXPECT_THAT(terminal.wait_for("exit=130"), HasSubstr("go on with: zopo optimize --resume"));
  }
  let_go();
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
}

}  // namespace
}  // namespace zopo::test
