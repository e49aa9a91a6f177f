// A long run among faults and kills. In the suite it is short; ZOPO_SOAK_CALLS=200000 makes it
// long.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "tests/cli/task_fixture.h"
#include "tests/support/openai_replies.h"
#include "zopo/base/hash.h"

namespace zopo::test {
namespace {

using nlohmann::json;

constexpr int kSoakKills = 20, kSoakCandidates = 24;

class Soak : public TaskTest {
 protected:
  Soak() : calls_(calls_wanted()), cap_(2 * calls_) {
    server_.forget_requests();
    std::string dev;
    for (std::int64_t i = 0; i < calls_ / kSoakCandidates; ++i) {
      const std::string n = std::to_string(i);
      dev += json{{"input", "word" + n}, {"output", "WORD" + n}}.dump() + "\n";
    }
    dir_.write("dev.jsonl", dev);
    write_task({{"evaluation", {{"examples", calls_ / kSoakCandidates}}},
                {"prompt", {{"baseline", "quality 0 please"}}},
                {"budget", {{"evaluations", kSoakCandidates}, {"calls", cap_}}},
                {"llm", {{"concurrency", 32}, {"retry_wait_ms", 1}, {"max_attempts", 30}}}});
  }

  static std::int64_t calls_wanted() {
    const char* const set = std::getenv("ZOPO_SOAK_CALLS");
    return set != nullptr ? std::atoll(set) : 2400;
  }

  // A tenth of the requests, by their number: refused, billed and unusable, or cut off.
  void spoil() {
    on_request([this](const ServerRequest& request) -> std::optional<ServerReply> {
      const Sha256 hash = sha256(std::to_string(request.number));
      if (hash[0] % 10 != 0) {
        ++billed_;
        return std::nullopt;
      }
      ++faults_;
      switch (hash[1] % 5) {
        case 0:
          return ServerReply{.status = 503};
        case 1:
          return ServerReply{.status = 429, .headers = {{"Retry-After", "0"}}};
        case 2:
          return ServerReply{.fault = Fault::reset};
        case 3:
          ++billed_;
          return ServerReply{.body = chat_completion("WORD"), .fault = Fault::cut};
        default:
          ++billed_;
          return ServerReply{.body = R"({"choices":[{"message":{"content":"WORD)"};
      }
    });
  }

  const std::int64_t calls_, cap_;
  std::atomic<std::int64_t> billed_ = 0, faults_ = 0;
};

TEST_F(Soak, KillsAndFaultsChangeNoByteAndTheBillStaysWithinTheCap) {
  ASSERT_EQ(optimize({"--output-dir", "calm"}).exit_code, 0);
  spoil();
  const std::int64_t before = server_.request_count();
  int kills = 0;
  for (; kills < kSoakKills; ++kills) {
    const bool is_begun = std::filesystem::exists(dir_ / "runs");
    std::vector<std::string> args = {"optimize", "--task", "task.json", "--progress", "none"};
    if (is_begun) args = {"optimize", "--resume", run_dir().string(), "--progress", "none"};
    Program program(args, {{"no_proxy", "127.0.0.1"}}, dir_.path());
    const std::int64_t at = before + (kills + 1) * calls_ / (kSoakKills + 2);
    while (server_.request_count() < at) usleep(500);
    program.send_signal(SIGKILL);
    ASSERT_EQ(program.wait().exit_code, 128 + SIGKILL);
  }
  const Finished run = zopo({"optimize", "--resume", run_dir().string(), "--progress", "none"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(file("trace.jsonl"), file_in("calm", "trace.jsonl"));
  json stormy = result(), calm = json::parse(file_in("calm", "result.json"));
  // What was billed and unusable is a cost of the run; nothing else differs.
  stormy.erase("usage"), calm.erase("usage");
  stormy.erase("search_calls"), calm.erase("search_calls");
  EXPECT_EQ(stormy, calm);
  EXPECT_GT(faults_, calls_ / 20);
  EXPECT_LE(billed_, cap_);
  std::printf("%lld calls needed, %d kills, %lld faults; the server billed %lld of a cap of %lld\n",
              static_cast<long long>(calls_), kills, static_cast<long long>(faults_),
              static_cast<long long>(billed_), static_cast<long long>(cap_));
}

}  // namespace
}  // namespace zopo::test
