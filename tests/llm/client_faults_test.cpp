#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>

#include "tests/llm/client_fixture.h"

namespace zopo::llm {
namespace {

TEST_F(ClientTest, TransientFailuresAreTriedAgain) {
  for (const int code : {408, 409, 425, 429, 500, 502, 503, 504, 529}) {
    FakeTransport transport([&](const auto&, int number) -> Result<http::Response> {
      if (number == 0) return Error{ErrorKind::network, "no connection"};
      return number == 1 ? status(code) : ok(chat_completion("hi"));
    });
    EXPECT_EQ(complete_one(transport).text, "hi") << code;
    EXPECT_EQ(transport.count(), 3) << code;
  }
}

TEST_F(ClientTest, PermanentFailuresAreNotTriedAgain) {
  for (const int code : {400, 401, 403, 404, 413, 422, 501, 301}) {
    FakeTransport transport([&](const auto&, int) { return status(code); });
    const ChatReply reply = complete_one(transport);
    EXPECT_EQ(reply.state, ReplyState::error);
    EXPECT_THAT(reply.error.message, HasSubstr(std::to_string(code)));
    EXPECT_EQ(transport.count(), 1) << code;
  }
}

TEST_F(ClientTest, ExhaustedQuotaIsPermanentThoughItsStatusIs429) {
  FakeTransport transport([&](const auto&, int) {
    return status(429, {}, R"({"error":{"message":"no money","code":"insufficient_quota"}})");
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(9));
  EXPECT_EQ(replies[8].error.kind, ErrorKind::refused);
  EXPECT_THAT(replies[8].error.message, HasSubstr("top it up"));
  EXPECT_LE(transport.count(), settings_.endpoint.concurrency);
}

TEST_F(ClientTest, ServersWishForPatienceIsFollowed) {
  FakeTransport transport([&](const auto&, int number) {
    return number == 0 ? status(429, {{"retry-after", "7"}}) : ok(chat_completion("hi"));
  });
  EXPECT_EQ(complete_one(transport).text, "hi");
  EXPECT_EQ(clock_.slept(), Milliseconds(7000));
}

TEST_F(ClientTest, TooLongAWishFailsAtOnceAndSaysHowLong) {
  FakeTransport transport([&](const auto&, int) { return status(429, {{"retry-after", "7200"}}); });
  const ChatReply reply = complete_one(transport);
  EXPECT_EQ(reply.error.kind, ErrorKind::network);
  EXPECT_THAT(reply.error.message, HasSubstr("wants 7200 s"));
  EXPECT_EQ(clock_.slept(), Milliseconds(0));
}

TEST_F(ClientTest, DeadEndpointEndsTheBatchInsteadOfTryingEveryRequest) {
  FakeTransport transport([](const auto&, int) -> Result<http::Response> {
    return Error{ErrorKind::network, "host refuses connections."};
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(100));
  EXPECT_THAT(replies, Each(Field(&ChatReply::state, ReplyState::error)));
  EXPECT_EQ(replies[99].error.kind, ErrorKind::network);
  EXPECT_THAT(replies[99].error.message, HasSubstr("Gave up after 12 attempts"));
  EXPECT_LE(transport.count(), 8 + 2 * settings_.endpoint.concurrency);
}

TEST_F(ClientTest, OneHopelessRequestDoesNotEndTheBatch) {
  FakeTransport transport([](const http::Request& request, int) {
    const bool hopeless = request.body.find("number 3\"") != std::string::npos;
    return hopeless ? status(500) : ok(chat_completion("hi"));
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(20));
  EXPECT_EQ(replies[3].state, ReplyState::error);
  EXPECT_EQ(std::count_if(replies.begin(), replies.end(),
                          [](const ChatReply& reply) { return reply.state == ReplyState::ok; }),
            19);
}

TEST_F(ClientTest, BadRequestSparesTheOthers) {
  FakeTransport transport([](const http::Request& request, int) {
    const bool bad = request.body.find("number 3\"") != std::string::npos;
    return bad ? status(400, {}, R"({"error":{"message":"too long"}})") : ok(chat_completion("x"));
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(9));
  EXPECT_EQ(replies[3].error.kind, ErrorKind::api);
  EXPECT_THAT(replies[3].error.message, HasSubstr("too long"));
  EXPECT_EQ(replies[8].state, ReplyState::ok);
}

TEST_F(ClientTest, WrongKeyStopsTheRestAndNamesItsVariable) {
  FakeTransport transport([](const auto&, int) { return status(401); });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(50));
  EXPECT_LE(transport.count(), settings_.endpoint.concurrency);
  EXPECT_EQ(replies[49].error.kind, ErrorKind::auth);
  EXPECT_THAT(replies[49].error.message, HasSubstr("ZOPO_TEST_KEY is not set"));
}

TEST_F(ClientTest, KeyIsSentAndNeverSaid) {
  setenv("ZOPO_TEST_KEY", "sk-sentinel-1\n", 1);
  FakeTransport transport([](const http::Request& request, int) {
    std::string said;
    for (const auto& [name, value] : request.headers) said += name + ": " + value + " ";
    return status(401, {}, R"({"error":{"message":"Bad key: )" + said + R"("}})");
  });
  stores_.run = open("run.db");
  const ChatReply reply = complete_one(transport);
  unsetenv("ZOPO_TEST_KEY");
  const http::Headers headers = transport.requests()[0].headers;
  EXPECT_THAT(headers, testing::Contains(testing::Pair("Authorization", "Bearer sk-sentinel-1")));
  EXPECT_THAT(reply.error.message, HasSubstr("Bearer [redacted]"));
  EXPECT_THAT(reply.error.message, Not(HasSubstr("sentinel")));
}

ServerReply fault(int kind, const ServerReply& good) {
  switch (kind) {
    case 0:
      return {.status = 429, .headers = {{"Retry-After", "2"}}};
    case 1:
      return {.status = 429, .body = R"({"error":{"message":"slow down"}})"};
    case 2:
      return {.status = 500, .body = "<html>oops</html>"};
    case 3:
      return {.status = 503};
    case 4:
      return {.body = good.body, .fault = Fault::cut};
    case 5:
      return {.body = good.body, .content_length = 20};
    case 6:
      return {.body = good.body.substr(0, 40)};
    case 7:
      return {.headers = {{"Content-Type", "text/html"}}, .body = "<!DOCTYPE html><p>Login"};
    case 8:
      return {.fault = Fault::reset};
    case 9:
      return {.fault = Fault::close};
    default:
      return {.body = chat_completion("")};
  }
}

TEST_F(ClientTest, ThirtyPercentOfFaultsChangeNothing) {
  std::mt19937 random(3);
  ScriptedServer server([&](const ServerRequest& request) {
    const ServerReply good = test::answer_chat(echo)(request);
    if (request.number == 50) return ServerReply{.fault = Fault::stall};
    return random() % 100 < 30 ? fault(static_cast<int>(random() % 11), good) : good;
  });
  idle_timeout_ms_ = 500;
  settings_.endpoint.concurrency = 16;
  settings_.endpoint.retry.max_attempts = 20;
  settings_.ask_again = 20;
  const std::vector<ChatReply> replies = complete_over_http(server, ask_numbers(300));
  for (int i = 0; i < 300; ++i) {
    const ChatReply& reply = replies[static_cast<std::size_t>(i)];
    EXPECT_EQ(reply.text, "re: number " + std::to_string(i)) << reply.error.message;
  }
  EXPECT_EQ(budget_->total().needed.calls, 300);
  EXPECT_GT(budget_->total().asked_again.calls, 0);
}

TEST_F(ClientTest, NothingButFaultsIsAnErrorAndNeverAnAnswer) {
  ScriptedServer server([&](const ServerRequest& request) {
    return fault(static_cast<int>(request.number % 10), {.body = chat_completion("x")});
  });
  const std::vector<ChatReply> replies = complete_over_http(server, ask_numbers(20));
  EXPECT_THAT(replies, Each(Field(&ChatReply::state, ReplyState::error)));
  EXPECT_EQ(budget_->total().needed.calls, 0);
}

TEST_F(ClientTest, InterruptionKeepsWhatIsInFlightAndSendsNoMore) {
  Interruption interrupted = 0;
  settings_.endpoint.interrupted = &interrupted;
  stores_.run = open("run.db");
  FakeTransport transport([&](const auto&, int number) {
    if (number == 5) interrupted = true;
    return ok(chat_completion("hi"));
  });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(40));
  EXPECT_EQ(replies[5].state, ReplyState::ok);
  EXPECT_EQ(replies[39].error.kind, ErrorKind::interrupted);
  EXPECT_EQ(stores_.run->size(), transport.count());
  EXPECT_LE(transport.count(), 5 + settings_.endpoint.concurrency);
}

TEST_F(ClientTest, InterruptionEndsAWaitForARetry) {
  Interruption interrupted = 0;
  settings_.endpoint.interrupted = &interrupted;
  FakeTransport transport([&](const auto&, int) {
    interrupted = true;
    return status(429, {{"retry-after", "50"}});
  });
  EXPECT_EQ(complete_one(transport).error.kind, ErrorKind::interrupted);
  EXPECT_LE(clock_.slept(), Milliseconds(100));
}

}  // namespace
}  // namespace zopo::llm
