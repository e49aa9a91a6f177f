// Output arrives, or it is said that it did not: on the built binary.
#include <cstdlib>
#include <fstream>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::HasSubstr;

class Arrival : public TaskTest {
 protected:
  // The binary under a shell's redirections; its exit code, and stderr where it is err.txt.
  int under(const std::string& command, const std::string& streams) const {
    const std::string line = "cd " + dir_.path().string() + " && no_proxy=127.0.0.1 " +
                             std::string(ZOPO_BINARY) + " " + command + " " + streams;
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(dir_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(Arrival, AStdoutThatCannotBeWrittenIsAnErrorWithAWayOut) {
  for (const char* streams : {">/dev/full 2>err.txt", ">&- 2>err.txt", "<&- >&- 2>err.txt"}) {
    std::filesystem::remove_all(dir_ / "runs");
    EXPECT_EQ(under("optimize --task task.json", streams), 2) << streams;
    EXPECT_THAT(read("err.txt"), HasSubstr("stdout could not be written")) << streams;
    EXPECT_THAT(read("err.txt"), HasSubstr((run_dir().filename() / "best_prompt.txt").string()));
    EXPECT_THAT(read("err.txt"), testing::Not(HasSubstr("exit 0"))) << streams;
    EXPECT_NE(file("best_prompt.txt"), "") << streams;
  }
  for (const char* command : {"validate --task task.json", "schema", "manual", "--help"})
    EXPECT_EQ(under(command, ">/dev/full 2>err.txt"), 2) << command;
}

TEST_F(Arrival, AStderrThatCannotBeWrittenStopsNothing) {
  for (const char* streams : {">out.txt 2>/dev/full", ">out.txt 2>&-", "<&- >out.txt 2>&-"}) {
    std::filesystem::remove_all(dir_ / "runs");
    EXPECT_EQ(under("optimize --task task.json", streams), 0) << streams;
    EXPECT_EQ(read("out.txt"), file("best_prompt.txt")) << streams;
    EXPECT_EQ(under("cache verify " + (run_dir() / "responses.db").string(), ">/dev/null"), 0);
  }
}

TEST_F(Arrival, APlaceThatCannotBeWrittenIsFoundBeforeTheFirstCall) {
  dir_.write("bench.json", R"({"tasks":["task.json"],"methods":["random"],"seeds":1})");
  for (const std::string command : {"optimize --task task.json --out absent/r.html",
                                    "evaluate --task task.json --baseline --out absent/r.json",
                                    "bench bench.json --dir d --out absent/r.json"}) {
    EXPECT_EQ(under(command, ">/dev/null 2>err.txt"), 2) << command;
    EXPECT_THAT(read("err.txt"), HasSubstr("absent/r.")) << command;
    EXPECT_THAT(read("err.txt"), HasSubstr("nothing was sent")) << command;
  }
  EXPECT_EQ(server_.request_count(), 0);
}

TEST_F(Arrival, WhatCannotBeWrittenAfterPayingSaysWhatWasPaidAndHowToGoOn) {
  ASSERT_EQ(optimize({"--output-dir", "calm"}).exit_code, 0);
  // The run's directory takes answers, and then no result.
  on_request([&](const ServerRequest&) -> std::optional<ServerReply> {
    std::filesystem::create_directories(run_dir() / "result.json" / "in the way");
    return std::nullopt;
  });
  const Finished run = optimize();
  EXPECT_EQ(run.exit_code, 2) << run.err;
  EXPECT_THAT(run.last_line(), HasSubstr("calls were paid for"));
  EXPECT_THAT(run.last_line(), HasSubstr("zopo optimize --resume runs/"));
  on_request(nullptr);
  std::filesystem::remove_all(run_dir() / "result.json");
  const std::int64_t asked = server_.request_count();
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);
  EXPECT_EQ(server_.request_count(), asked);
  EXPECT_EQ(file("result.json"), file_in("calm", "result.json"));
}

}  // namespace
}  // namespace zopo::test
