#include <chrono>
#include <random>

#include "tests/llm/client_fixture.h"

namespace zopo::llm {
namespace {

TEST_F(ClientTest, RepliesComeInTheOrderOfTheRequests) {
  std::mt19937 random(1);
  ScriptedServer server([&](const ServerRequest& request) {
    ServerReply reply = test::answer_chat(echo)(request);
    reply.delay = std::chrono::milliseconds(random() % 20);
    return reply;
  });
  settings_.endpoint.concurrency = 64;
  const std::vector<ChatReply> replies = complete_over_http(server, ask_numbers(200));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(replies[static_cast<std::size_t>(i)].text, "re: number " + std::to_string(i));
  }
}

TEST_F(ClientTest, SixtyFourAreInFlightAtOnceAndNoMore) {
  ScriptedServer server([](const ServerRequest& request) {
    ServerReply reply = test::answer_chat(echo)(request);
    reply.hold_until = 64;
    return reply;
  });
  settings_.endpoint.concurrency = 64;
  complete_over_http(server, ask_numbers(192));
  EXPECT_EQ(server.most_in_flight(), 64);
  EXPECT_LE(server.connection_count(), 64);
}

TEST_F(ClientTest, ReplyCarriesWhatTheProviderSaid) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi", "stop", 7, 2)); });
  const ChatReply reply = complete_one(transport);
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "hi");
  EXPECT_EQ(reply.model, "scripted");
  EXPECT_EQ(reply.usage, (Usage{7, 2, 0, 0}));
  EXPECT_EQ(reply.calls, 1);
  EXPECT_TRUE(reply.paid);
  EXPECT_EQ(transport.requests()[0].url, "http://host/v1/chat/completions");
}

TEST_F(ClientTest, NoRequestsNoReplies) {
  FakeTransport transport([](const auto&, int) { return ok(""); });
  EXPECT_TRUE(complete(transport, {}).empty());
}

TEST_F(ClientTest, EmptyReplyIsAskedAgainTwiceAndThenCountsAsTruncated) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("", "stop", 5, 0)); });
  const ChatReply reply = complete_one(transport);
  EXPECT_EQ(reply.state, ReplyState::truncated);
  EXPECT_EQ(reply.calls, 3);
  EXPECT_EQ(reply.usage.prompt_tokens, 15);
  EXPECT_EQ(transport.count(), 3);
}

TEST_F(ClientTest, AnswerAfterAnEmptyReplyCountsBothCalls) {
  FakeTransport transport([](const auto&, int number) {
    return ok(number == 0 ? chat_completion(" \n", "stop", 5, 1)
                          : chat_completion("hi", "stop", 5, 2));
  });
  const ChatReply reply = complete_one(transport);
  EXPECT_EQ(reply.text, "hi");
  EXPECT_EQ(reply.calls, 2);
  EXPECT_EQ(budget_->total().needed.calls, 1);
  EXPECT_EQ(budget_->total().asked_again.calls, 1);
  EXPECT_EQ(budget_->total().asked_again.usage.completion_tokens, 1);
}

TEST_F(ClientTest, CutReplyIsTruncatedAtOnceAndStored) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hal", "length")); });
  stores_.run = open("run.db");
  const ChatReply reply = complete_one(transport);
  EXPECT_EQ(reply.state, ReplyState::truncated);
  EXPECT_EQ(reply.text, "hal");
  EXPECT_EQ(complete_one(transport).text, "hal");
  EXPECT_EQ(transport.count(), 1);
}

TEST_F(ClientTest, AReplyThatStaysEmptyIsKeptForTheRunAlone) {
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("")); });
  stores_.run = open("run.db");
  stores_.caches = {open("cache.db")};
  EXPECT_EQ(complete_one(transport).state, ReplyState::truncated);
  EXPECT_EQ(stores_.run->size(), 1);
  EXPECT_EQ(stores_.caches[0]->size(), 0);
  EXPECT_EQ(complete_one(transport).calls, 3);
  EXPECT_EQ(transport.count(), 3);
}

TEST_F(ClientTest, TruncatedRepliesAreFoundOffline) {
  FakeTransport transport([](const http::Request& request, int) {
    const bool empty = request.body.find("number 1") != std::string::npos;
    return ok(empty ? chat_completion("") : chat_completion("hal", "length"));
  });
  stores_.run = open("run.db");
  complete(transport, ask_numbers(2));
  settings_.endpoint.offline = true;
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(2));
  EXPECT_EQ(replies[0].state, ReplyState::truncated);
  EXPECT_EQ(replies[0].text, "hal");
  EXPECT_EQ(replies[1].state, ReplyState::truncated);
  EXPECT_EQ(replies[1].calls, 3);
}

}  // namespace
}  // namespace zopo::llm
