#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "tests/llm/client_fixture.h"
#include "zopo/llm/openai.h"

namespace zopo::llm {
namespace {

TEST_F(ClientTest, AnswersAreStoredBeforeTheyAreHandedOutAndNotPaidTwice) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi", "stop", 7, 2)); });
  stores_.run = open("run.db");
  const ChatReply first = complete_one(transport);
  EXPECT_EQ(stores_.run->size(), 1);
  const ChatReply second = complete_one(transport);
  EXPECT_EQ(transport.count(), 1);
  EXPECT_TRUE(first.paid);
  EXPECT_FALSE(second.paid);
  EXPECT_EQ(second.text, "hi");
  EXPECT_EQ(second.model, first.model);
  EXPECT_EQ(second.usage, first.usage);
}

TEST_F(ClientTest, RepeatsModelsAndEndpointsAreDifferentRequests) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  stores_.run = open("run.db");
  complete(transport, {ask("a"), {.messages = {{"user", "a"}}, .repeat = 1}});
  settings_.chat.model = "m2";
  complete(transport, {ask("a")});
  settings_.endpoint.base_url = "http://other/v1";
  complete(transport, {ask("a")});
  EXPECT_EQ(transport.count(), 4);
}

TEST_F(ClientTest, PasswordsAndKeysArePartOfNoKey) {
  EXPECT_EQ(request_key("http://u:p@host/v1", "{}", 0), request_key("http://host/v1", "{}", 0));
  EXPECT_NE(request_key("http://host/v1/a@b", "{}", 0), request_key("http://b", "{}", 0));
}

TEST_F(ClientTest, CacheAnswersAreCopiedSoThatTheRunAloneReplays) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  stores_ = {.run = open("first.db"), .caches = {open("cache.db")}};
  complete(transport, ask_numbers(5));
  stores_.run = open("second.db");
  complete(transport, ask_numbers(5));
  stores_ = {.run = open("second.db")};
  settings_.endpoint.offline = true;
  EXPECT_THAT(complete(transport, ask_numbers(5)), Each(Field(&ChatReply::text, "hi")));
  EXPECT_EQ(transport.count(), 5);
}

TEST_F(ClientTest, ReadOnlyCacheIsReadAndLeftAlone) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  stores_ = {.run = open("recorded.db")};
  complete(transport, ask_numbers(3));
  stores_.run->finalize();
  stores_ = {.run = open("run.db"), .caches = {open("recorded.db", Mode::read_only)}};
  complete(transport, ask_numbers(4));
  EXPECT_EQ(transport.count(), 4);
  EXPECT_EQ(stores_.run->size(), 4);
  EXPECT_EQ(stores_.caches[0]->size(), 3);
}

TEST_F(ClientTest, ErrorsAreNeverStored) {
  FakeTransport transport([](const auto&, int) { return status(400); });
  stores_ = {.run = open("run.db"), .caches = {open("cache.db")}};
  complete(transport, ask_numbers(3));
  EXPECT_EQ(stores_.run->size() + stores_.caches[0]->size(), 0);
}

TEST_F(ClientTest, OfflineMissNamesWhatIsMissingAndSendsNothing) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  stores_.run = open("run.db");
  complete_one(transport, "known");
  settings_.endpoint.offline = true;
  const std::vector<ChatReply> replies =
      complete(transport, {ask("known"), ask("what is \"x\"?"), ask("known")});
  EXPECT_EQ(replies[0].text, "hi");
  EXPECT_EQ(replies[1].error.kind, ErrorKind::offline);
  EXPECT_THAT(replies[1].error.message, HasSubstr("what is"));
  EXPECT_EQ(replies[2].error.message, replies[1].error.message);
  EXPECT_EQ(transport.count(), 1);
}

TEST_F(ClientTest, StoredBytesDependOnNothingButTheAnswers) {
  std::vector<std::string> payloads[2];
  for (auto& seen : payloads) {
    std::mt19937 random(static_cast<unsigned>(&seen - payloads));
    ScriptedServer server([&](const ServerRequest& request) {
      ServerReply reply = test::answer_chat(echo)(request);
      reply.delay = std::chrono::milliseconds(random() % 5);
      return reply;
    });
    stores_.run = open("run" + std::to_string(&seen - payloads) + ".db");
    settings_.endpoint.concurrency = 1 + 31 * static_cast<int>(&seen - payloads);
    complete_over_http(server, ask_numbers(50));
    stores_.run->for_each([&](const auto& entry) { return seen.push_back(entry.payload), true; });
    std::sort(seen.begin(), seen.end());  // the port is part of the key
  }
  EXPECT_EQ(payloads[0].size(), 50u);
  EXPECT_EQ(payloads[0], payloads[1]);
}

class BrokenStore : public ResponseStore {
 public:
  bool writable() const override { return true; }
  std::optional<std::string> get(const Sha256&) override { return std::nullopt; }
  void put(const Sha256&, std::string, std::function<void(std::string)> done) override {
    done("the disk is full");
  }
  std::int64_t size() override { return 0; }
  void for_each(const std::function<bool(const Entry&)>&) override {}
  void erase(std::span<const Sha256>) override {}
  std::vector<std::string> verify() override { return {}; }
  void finalize() override {}
};

// Commits, from a thread of its own, only when so many records wait for it.
class PatientStore final : public BrokenStore {
 public:
  explicit PatientStore(std::size_t patience)
      : disk_([this, patience](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          while (put_.wait(lock, stop, [&] { return waiting_.size() >= patience; })) {
            committed += static_cast<int>(waiting_.size());
            for (const auto& done : std::exchange(waiting_, {})) done("");
          }
        }) {}
  void put(const Sha256&, std::string, std::function<void(std::string)> done) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(done));
    put_.notify_one();
  }

  std::atomic<int> committed = 0;

 private:
  std::mutex mutex_;
  std::condition_variable_any put_;
  std::vector<std::function<void(std::string)>> waiting_;
  std::jthread disk_;
};

TEST_F(ClientTest, NoMoreThanTheConcurrencyIsOnTheWireOrOnItsWayToTheDisk) {
  const int most = settings_.endpoint.concurrency;
  PatientStore patient(static_cast<std::size_t>(most));
  stores_.run = &patient;
  int outstanding = 0;
  FakeTransport transport([&](const auto&, int number) {
    outstanding = std::max(outstanding, number + 1 - patient.committed);
    return ok(chat_completion("hi"));
  });
  EXPECT_THAT(complete(transport, ask_numbers(10 * most)), Each(Field(&ChatReply::text, "hi")));
  EXPECT_EQ(outstanding, most);
}

TEST_F(ClientTest, AnswerThatCannotBeStoredIsNotHandedOut) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  BrokenStore broken;
  stores_.run = &broken;
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(40));
  EXPECT_THAT(replies, Each(Field(&ChatReply::state, ReplyState::error)));
  EXPECT_EQ(replies[0].error.kind, ErrorKind::data);
  EXPECT_THAT(replies[39].error.message, HasSubstr("disk is full"));
  EXPECT_LE(transport.count(), 2 * settings_.endpoint.concurrency);
}

TEST_F(ClientTest, DamagedRecordIsNamed) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  stores_.run = open("run.db");
  const std::string body = openai_chat_body(ask("hello"), settings_.chat);
  stores_.run->put(request_key("http://host/v1/chat/completions", body, 0), "junk",
                   [](const std::string&) {});
  stores_.run->finalize();
  EXPECT_THAT(failure_of([&] { complete_one(transport); }),
              FailsWith(ErrorKind::data, HasSubstr("unreadable")));
}

}  // namespace
}  // namespace zopo::llm
