// Killed at any instant, a run goes on where it was: the same bytes, and nothing paid for twice.
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "tests/cli/task_fixture.h"
#include "tests/support/wait_until.h"
#include "zopo/llm/endpoint.h"
#include "zopo/store/response_store.h"

namespace zopo::test {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

constexpr int kKills = 50, kConcurrency = 4;

class Durability : public TaskTest {
 protected:
  Durability() {
    write_task({{"budget", {{"evaluations", 4}}},
                {"evaluation", {{"examples", 6}}},
                {"llm", {{"concurrency", kConcurrency}}}});
    delay_replies(
        [this](const ServerRequest&) { return std::chrono::milliseconds(delays_() % 4); });
  }

  Sha256 key_of(const ServerRequest& request) const {
    return llm::request_key(server_.url() + request.target, request.body, 0);
  }

  // Starts a run and kills it some time after its request number `requests`. Returns how many
  // requests had no reply yet.
  std::int64_t kill_after(std::int64_t requests, microseconds more) {
    const std::int64_t before = server_.request_count();
    Program program({"optimize", "--task", "task.json"}, {{"no_proxy", "127.0.0.1"}}, dir_.path());
    wait_until([&] { return server_.request_count() >= before + requests; });
    usleep(static_cast<useconds_t>(more.count()));
    const std::int64_t seen = server_.request_count();
    const std::int64_t in_flight = seen - server_.delivered_count() - undelivered_before_;
    program.send_signal(SIGKILL);
    program.wait();
    settle();
    return in_flight;
  }

  // Lets the server find out that nobody listens any more, so that it counts right.
  void settle() {
    usleep(5000);
    undelivered_before_ = server_.request_count() - server_.delivered_count();
  }

  std::set<Sha256> committed() const {
    std::set<Sha256> keys;
    const std::filesystem::path store = run_dir() / "responses.db";
    if (!std::filesystem::exists(store) || std::filesystem::file_size(store) == 0) return keys;
    store::ResponseStore::open(store, store::ResponseStore::Mode::read_only)
        ->for_each([&](const auto& entry) { return keys.insert(entry.key).second; });
    return keys;
  }

  Finished go_on() const {
    // Killed before it had a manifest, it has not sent anything either.
    if (!std::filesystem::exists(run_dir() / "manifest.json")) {
      std::filesystem::remove_all(dir_ / "runs");
      return optimize();
    }
    return zopo({"optimize", "--resume", run_dir().string()});
  }

  std::int64_t undelivered_before_ = 0;
  std::mt19937 random_{7};
  std::mt19937 delays_{8};  // the server's threads' own
};

TEST_F(Durability, KilledAtFiftyInstantsItResumesToTheSameBytesAndPaysNoAnswerTwice) {
  ASSERT_EQ(optimize({"--output-dir", "whole"}).exit_code, 0);
  const std::int64_t calls = server_.request_count();
  std::int64_t repeats = 0, most_repeats = 0, undelivered = 0, resumed = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    std::filesystem::remove_all(dir_ / "runs");
    const auto begin = static_cast<std::size_t>(server_.request_count());
    const std::int64_t instant = static_cast<std::int64_t>(random_()) % (calls + 1);
    const std::int64_t in_flight = kill_after(instant, microseconds(random_() % 4000));
    EXPECT_LE(in_flight, kConcurrency);
    undelivered += in_flight;
    const std::set<Sha256> kept =
        std::filesystem::exists(dir_ / "runs") ? committed() : std::set<Sha256>();
    const auto killed = static_cast<std::size_t>(server_.request_count());
    resumed += killed > begin;
    std::filesystem::create_directories(dir_ / "runs");
    const Finished run = go_on();
    ASSERT_EQ(run.exit_code, 0) << "killed after request " << instant << ": " << run.err;
    EXPECT_EQ(file("result.json"), file_in("whole", "result.json"));
    EXPECT_EQ(file("trace.jsonl"), file_in("whole", "trace.jsonl"));
    EXPECT_EQ(committed().size(), static_cast<std::size_t>(calls));  // every answer was kept
    // What the killed process had sent may arrive at the server after its end was noticed.
    const std::vector<ServerRequest> requests = server_.requests();
    std::set<Sha256> asked;
    for (std::size_t i = begin; i < requests.size(); ++i) asked.insert(key_of(requests[i]));
    const auto again = static_cast<std::int64_t>(requests.size() - begin - asked.size());
    for (std::size_t i = killed; i < requests.size(); ++i)
      EXPECT_FALSE(kept.contains(key_of(requests[i]))) << "asked again: " << requests[i].body;
    // Those on the wire and those on their way to the disk, together.
    EXPECT_LE(again, kConcurrency) << "killed after request " << instant;
    repeats += again;
    most_repeats = std::max(most_repeats, again);
    EXPECT_LE(asked.size(), static_cast<std::size_t>(calls));
  }
  EXPECT_GT(resumed, kKills / 2);
  std::cout << kKills << " kills, " << resumed << " of them after a request, at -j " << kConcurrency
            << ": " << undelivered << " requests were in flight, " << repeats
            << " were sent again (those on their way to the disk included), on average "
            << static_cast<double>(repeats) / kKills << " and at most " << most_repeats
            << " after one kill\n";
}

TEST_F(Durability, ConcurrencyAndTheOrderOfRepliesChangeNoByte) {
  ASSERT_EQ(optimize({"-j", "1", "--output-dir", "one", "--method", "zopo"}).exit_code, 0);
  delay_replies([this](const ServerRequest&) { return std::chrono::milliseconds(delays_() % 30); });
  ASSERT_EQ(optimize({"-j", "64", "--output-dir", "many", "--method", "zopo"}).exit_code, 0);
  for (const char* name : {"result.json", "trace.jsonl", "evaluations.csv"}) {
    EXPECT_EQ(file_in("one", name), file_in("many", name)) << name;
    EXPECT_NE(file_in("one", name), "") << name;
  }
}

TEST_F(Durability, ARunInUseIsNotGoneOnWith) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.fault = Fault::stall};
  });
  Program program({"optimize", "--task", "task.json"}, {{"no_proxy", "127.0.0.1"}}, dir_.path());
  while (server_.request_count() == 0) usleep(1000);
  const Finished second = zopo({"optimize", "--resume", run_dir().string()});
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.err, HasSubstr("is in use by process " + file("lock")));
  program.send_signal(SIGKILL);
  program.wait();
  on_request(nullptr);
  EXPECT_EQ(zopo({"optimize", "--resume", run_dir().string()}).exit_code, 0);  // a stale lock
}

TEST_F(Durability, AnEndpointThatGoesAwayAndComesBackIsWaitedFor) {
  ASSERT_EQ(optimize({"--output-dir", "whole"}).exit_code, 0);
  const std::int64_t before = server_.request_count();
  on_request([&, before](const ServerRequest& request) -> std::optional<ServerReply> {
    const std::int64_t number = request.number - before;
    if (number < 20 || number >= 40) return std::nullopt;
    return ServerReply{.fault = number % 2 == 0 ? Fault::reset : Fault::close};
  });
  const Finished run = optimize({"--set", "llm.retry_wait_ms=20", "--set", "llm.max_attempts=40"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  // What may have been charged counts; nothing else differs.
  json waited = result(), whole = json::parse(file_in("whole", "result.json"));
  for (const char* const cost : {"usage", "search_calls"}) waited.erase(cost), whole.erase(cost);
  EXPECT_EQ(waited, whole);
}

TEST_F(Durability, SpendingIsReportedByRoleAndPaidApartFromCached) {
  write_task({{"prompt", {{"baseline", "quality 1 baseline"}}}});  // not the winner
  ASSERT_EQ(optimize({"--cache", "shared.db"}).exit_code, 0);
  const auto first = nlohmann::json::parse(file("timing.json"))["by_role"];
  EXPECT_EQ(first["search"]["calls_paid"], 24);
  EXPECT_EQ(first["baseline"]["calls_paid"], 14);
  EXPECT_EQ(first["test"]["calls_paid"], 60);
  EXPECT_GT(first["test"]["prompt_tokens_paid"], 0);
  EXPECT_EQ(first["test"]["calls_cached"], 0);
  std::filesystem::remove_all(dir_ / "runs");
  ASSERT_EQ(optimize({"--cache", "shared.db"}).exit_code, 0);
  const auto second = nlohmann::json::parse(file("timing.json"))["by_role"];
  EXPECT_EQ(second["search"]["calls_paid"], 0);
  EXPECT_EQ(second["search"]["calls_cached"], 24);
}

}  // namespace
}  // namespace zopo::test
