#include <algorithm>

#include "tests/llm/client_fixture.h"

namespace zopo::llm {
namespace {

http::Response refused() { return status(422, {}, R"({"error":{"message":"no such field"}})"); }

TEST_F(ClientTest, RequestsPerMinuteAreKeptOnTheClock) {
  settings_.endpoint.rate_limits.requests_per_minute = 120;
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  complete(transport, ask_numbers(62));
  EXPECT_EQ(transport.count(), 62);
  EXPECT_EQ(clock_.slept(), Milliseconds(30'000));  // two at once, then one every half second
}

TEST_F(ClientTest, TokensPerMinuteAreKeptOnTheClock) {
  settings_.endpoint.rate_limits.tokens_per_minute = 1200;
  FakeTransport transport(
      [](const auto&, int) { return ok(chat_completion("hi", "stop", 15, 5)); });
  complete(transport, ask_numbers(61));
  EXPECT_NEAR(static_cast<double>(clock_.slept().count()), 60'000, 6'000);  // 20 tokens a second
}

TEST_F(ClientTest, WaitingForTheRateBeyondTheSecondsCapIsABudgetStop) {
  caps_.seconds = 10;
  settings_.endpoint.rate_limits.requests_per_minute = 60;
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(30));
  EXPECT_EQ(transport.count(), 10);
  EXPECT_EQ(replies[29].error.kind, ErrorKind::budget);
}

TEST_F(ClientTest, RefusalsInARowBreakTheCircuit) {
  settings_.endpoint.most_refusals = 6;
  FakeTransport transport([](const auto&, int) { return refused(); });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(50));
  EXPECT_LT(transport.count(), 6 + settings_.endpoint.concurrency);
  EXPECT_THAT(replies[49].error.message, HasSubstr("6 refusals in a row"));
  EXPECT_THAT(replies[49].error.message, HasSubstr("no such field"));
  EXPECT_EQ(replies[49].error.kind, ErrorKind::refused);  // ends the run
}

TEST_F(ClientTest, RefusalsBetweenAnswersDoNot) {
  settings_.endpoint.most_refusals = 3;
  settings_.endpoint.concurrency = 1;
  FakeTransport transport([](const auto&, int number) {
    return number % 3 == 2 ? ok(chat_completion("hi")) : refused();
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(30));
  EXPECT_EQ(transport.count(), 30);
  EXPECT_EQ(replies[0].error.kind, ErrorKind::api);
}

TEST_F(ClientTest, FilteredContentIsTheRequestsOwnAffair) {
  settings_.endpoint.most_refusals = 3;
  FakeTransport transport(
      [](const auto&, int) { return ok(chat_completion("", "content_filter")); });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(20));
  EXPECT_EQ(transport.count(), 20);
  EXPECT_EQ(replies[19].error.kind, ErrorKind::api);
}

TEST_F(ClientTest, FilteredPromptsAreTheRequestsOwnAffairThoughTheirStatusIs400) {
  settings_.endpoint.most_refusals = 3;
  FakeTransport transport([](const auto&, int number) {
    return number < 8 ? status(400, {}, R"({"error":{"code":"content_filter","message":"no"}})")
                      : ok(chat_completion("hi"));
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(10));
  EXPECT_EQ(replies[7].error.kind, ErrorKind::api);
  EXPECT_EQ(replies[9].text, "hi");
}

TEST_F(ClientTest, AWishBeyondThePatienceEndsTheRest) {
  FakeTransport transport([](const auto&, int number) {
    return number < 8 ? ok(chat_completion("hi")) : status(429, {{"retry-after", "7200"}});
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(200));
  EXPECT_LE(transport.count(), 8 + settings_.endpoint.concurrency);
  EXPECT_THAT(replies[199].error.message, HasSubstr("llm.max_retry_wait_ms"));
  EXPECT_EQ(clock_.slept(), Milliseconds(0));
}

}  // namespace
}  // namespace zopo::llm
