// Several processes at once on one response store: each request is sent once, and caps hold over
// all of them.
#include <atomic>
#include <csignal>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "tests/cli/task_fixture.h"
#include "tests/support/wait_until.h"

namespace zopo::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class SharedStore : public TaskTest {
 protected:
  SharedStore() {
    write_task({{"budget", {{"evaluations", 6}}}, {"evaluation", {{"examples", 10}}}});
  }

  std::unique_ptr<Program> start(std::vector<std::string> args) const {
    return std::make_unique<Program>(std::move(args),
                                     std::map<std::string, std::string>{{"no_proxy", "127.0.0.1"}},
                                     dir_.path());
  }
  std::unique_ptr<Program> search(int seed) const {
    return start({"optimize", "--task", "task.json", "--cache", "shared.db", "--seed",
                  std::to_string(seed), "--set", "output.dir=runs/" + std::to_string(seed)});
  }
  std::map<std::string, int> times_asked() const {
    std::map<std::string, int> times;
    for (const ServerRequest& request : server_.requests()) ++times[request.body];
    return times;
  }
};

TEST_F(SharedStore, EightProcessesPayForEachAnswerOnce) {
  // Held back until several are under way, so that they do meet.
  delay_replies(
      [](const ServerRequest& request) { return std::chrono::milliseconds(request.number % 7); });
  std::deque<std::unique_ptr<Program>> programs;
  // The same seed twice: then everything is asked for by two at about the same time.
  for (int i = 0; i < 8; ++i)
    programs.push_back(
        start({"optimize", "--task", "task.json", "--cache", "shared.db", "--seed",
               std::to_string(i / 2), "--set", "output.dir=runs/" + std::to_string(i)}));
  for (const auto& program : programs) {
    const Finished run = program->wait();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, Not(HasSubstr("locked")));
  }
  const std::map<std::string, int> times = times_asked();
  EXPECT_GT(times.size(), 100u);
  for (const auto& [body, count] : times) EXPECT_EQ(count, 1) << body;
  const json stats = json::parse(zopo({"cache", "stats", "shared.db", "--format", "json"}).out);
  EXPECT_EQ(stats["records"], times.size());
  EXPECT_EQ(zopo({"cache", "verify", "shared.db"}).exit_code, 0);
}

TEST_F(SharedStore, WhatAKilledProcessWasAskingForIsAskedByAnother) {
  std::atomic<int> asked{0};
  on_request([&](const ServerRequest&) -> std::optional<ServerReply> {
    if (++asked > 20) return ServerReply{.body = "", .fault = Fault::stall};
    return std::nullopt;
  });
  const auto first = search(3);
  ASSERT_TRUE(wait_until([&] { return asked > 20; }));
  first->send_signal(SIGKILL);
  first->wait();
  on_request(nullptr);
  const Finished second = search(3)->wait();
  EXPECT_EQ(second.exit_code, 0) << second.err;
}

TEST_F(SharedStore, TheCapsOfABenchHoldOverItsProcessesAndRaisingThemGoesOn) {
  json bench = {{"tasks", {"task.json"}},
                {"methods", {"random"}},
                {"seeds", 4},
                {"store", "shared.db"},
                {"caps", {{"calls", 100}}}};
  dir_.write("bench.json", bench.dump());
  const auto a = start({"bench", "bench.json", "--dir", "a", "--shard", "1/2"}),
             b = start({"bench", "bench.json", "--dir", "b", "--shard", "2/2"});
  for (Program* const program : {a.get(), b.get()}) {
    const Finished run = program->wait();
    EXPECT_EQ(run.exit_code, 4) << run.err;
    EXPECT_THAT(run.last_line(), HasSubstr("caps.calls = 100"));
  }
  EXPECT_EQ(server_.request_count(), 100);
  bench["caps"]["calls"] = 10000;
  dir_.write("bench.json", bench.dump());
  for (const char* shard : {"a", "b"}) {
    const Finished run = zopo({"bench", "bench.json", "--dir", shard, "--shard",
                               shard == std::string("a") ? "1/2" : "2/2"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
  for (const auto& [body, count] : times_asked()) EXPECT_EQ(count, 1) << body;
  EXPECT_EQ(zopo({"bench", "merge", "a", "b"}).exit_code, 0);
}

}  // namespace
}  // namespace zopo::test
