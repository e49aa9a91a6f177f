#include <chrono>
#include <cstdint>

#include "tests/llm/client_fixture.h"
#include "zopo/llm/openai.h"

namespace zopo::llm {
namespace {

// Texts of the replies that came, errors as "-".
std::string outline(const std::vector<ChatReply>& replies) {
  std::string text;
  for (const ChatReply& reply : replies) {
    text += reply.state == ReplyState::ok ? reply.text + "," : "-";
  }
  return text;
}

// Answers of uneven length: i % 8 + 1 tokens, which is what they cost at most.
ServerReply answer_unevenly(const ServerRequest& request) {
  const auto at = request.body.find("number ") + 7;
  const int i = std::stoi(request.body.substr(at));
  ServerReply reply{.body = chat_completion(std::to_string(i), "stop", 20 + i % 5, i % 8 + 1)};
  reply.delay = std::chrono::milliseconds(request.number * 7 % 13);
  return reply;
}

struct CapCase {
  const char* name;
  Caps caps;
};

class CapTest : public ClientTest, public testing::WithParamInterface<CapCase> {};

TEST_P(CapTest, IsNeverExceededAndMetAtTheSameRequestWhateverTheConcurrency) {
  caps_ = GetParam().caps;
  settings_.pricing = Pricing{.prompt = 2.5, .completion = 10};
  std::vector<std::string> outlines;
  for (const int concurrency : {1, 7, 64}) {
    ScriptedServer server(answer_unevenly);
    settings_.endpoint.concurrency = concurrency;
    forget_budget();
    outlines.push_back(outline(complete_over_http(server, ask_numbers(150))));
    const Amount spent = budget_->total().needed;
    EXPECT_EQ(server.request_count(), spent.calls);
    EXPECT_LE(spent.calls, caps_.calls.value_or(spent.calls));
    EXPECT_LE(spent.tokens(), caps_.tokens.value_or(spent.tokens()));
    EXPECT_LE(spent.usd(), caps_.usd.value_or(spent.usd()));
  }
  EXPECT_THAT(outlines[0], HasSubstr("0,1,2,3,"));
  EXPECT_THAT(outlines[0], HasSubstr("---"));
  EXPECT_THAT(outlines, Each(outlines[0]));
}

INSTANTIATE_TEST_SUITE_P(Caps,
                         CapTest,
                         testing::Values(CapCase{"calls", {.calls = 77}},
                                         CapCase{"tokens", {.tokens = 2000}},
                                         CapCase{"usd", {.usd = 0.0061}}),
                         [](const auto& test) { return test.param.name; });

TEST_F(ClientTest, CallsCapIsUsedUpToTheLastCall) {
  caps_.calls = 10;
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  const std::vector<ChatReply> replies = complete(transport, ask_numbers(30));
  EXPECT_EQ(transport.count(), 10);
  EXPECT_EQ(replies[9].state, ReplyState::ok);
  EXPECT_EQ(replies[10].error.kind, ErrorKind::budget);
  EXPECT_THAT(replies[10].error.message, HasSubstr("budget.calls = 10"));
}

TEST_F(ClientTest, ResumedRunMeetsTheCapAtTheSameRequest) {
  caps_.tokens = 1500;
  ScriptedServer server(answer_unevenly);
  stores_.run = open("run.db");
  const std::string first = outline(complete_over_http(server, ask_numbers(60)));
  const Spending paid = budget_->total();
  forget_budget();
  EXPECT_EQ(outline(complete_over_http(server, ask_numbers(60))), first);
  EXPECT_EQ(budget_->total().needed.tokens(), paid.needed.tokens());
  EXPECT_EQ(budget_->total().paid.calls, 0);
  EXPECT_EQ(budget_->total().calls_cached, paid.needed.calls);
}

TEST_F(ClientTest, ResumedRunReplaysEmptyRepliesToo) {
  caps_.calls = 25;
  FakeTransport transport([](const http::Request& request, int number) {
    const bool third = request.body.find("3") != std::string::npos;
    return ok(third && number < 22 ? chat_completion("", "stop", 5, 0) : chat_completion("hi"));
  });
  stores_.run = open("run.db");
  const std::string first = outline(complete(transport, ask_numbers(20)));
  const Spending paid = budget_->total();
  forget_budget();
  EXPECT_EQ(outline(complete(transport, ask_numbers(20))), first);
  EXPECT_EQ(budget_->total().asked_again.calls, paid.asked_again.calls);
  EXPECT_EQ(budget_->total().asked_again.tokens(), paid.asked_again.tokens());
}

TEST_F(ClientTest, SecondsCapStopsSendingButNotStoredAnswers) {
  caps_.seconds = 10;
  stores_.run = open("run.db");
  FakeTransport transport([&](const auto&, int number) {
    if (number == 6) clock_.advance(Milliseconds(10'000));
    return ok(chat_completion("hi"));
  });
  settings_.endpoint.concurrency = 1;
  EXPECT_THAT(outline(complete(transport, ask_numbers(20))), HasSubstr("hi,-------------"));
  EXPECT_EQ(transport.count(), 7);
  EXPECT_EQ(outline(complete(transport, ask_numbers(7))), "hi,hi,hi,hi,hi,hi,hi,");
}

TEST_F(ClientTest, RetryThatWouldOutlastTheSecondsCapIsABudgetStop) {
  caps_.seconds = 10;
  FakeTransport transport([](const auto&, int) { return status(429, {{"retry-after", "11"}}); });
  EXPECT_EQ(complete_one(transport).error.kind, ErrorKind::budget);
}

TEST_F(ClientTest, ShareKeptAsideIsLeftForItsRole) {
  caps_.calls = 10;
  FakeTransport transport([](const auto&, int) { return ok(chat_completion("hi")); });
  budget_.emplace(caps_, clock_);
  budget_->keep_aside("test", {.calls = 4, .usage = {}});
  complete(transport, ask_numbers(30));
  EXPECT_EQ(transport.count(), 6);
  const auto client = make_chat_client(settings_, transport, stores_, *budget_, clock_);
  EXPECT_EQ(outline(with_role(*client, "test")->complete(ask_numbers(5))), "hi,hi,hi,hi,-");
  EXPECT_EQ(budget_->by_role().at("test").needed.calls, 4);
}

TEST_F(ClientTest, UncountedTokensAreChargedAtTheirBound) {
  caps_.tokens = 1000;
  FakeTransport transport([](const auto&, int) {
    return ok(R"({"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]})");
  });
  complete(transport, ask_numbers(100));
  EXPECT_LT(transport.count(), 20);
}

TEST_F(ClientTest, ImpossibleSettingsAreNamed) {
  FakeTransport transport([](const auto&, int) { return ok(""); });
  const auto failure = [&](Caps caps) {
    Budget budget(caps, clock_);
    return failure_of([&] { make_chat_client(settings_, transport, stores_, budget, clock_); });
  };
  EXPECT_THAT(failure({.usd = 1}), FailsWith(ErrorKind::config, HasSubstr("price")));
  settings_.chat.max_tokens.reset();
  EXPECT_THAT(failure({.tokens = 1}), FailsWith(ErrorKind::config, HasSubstr("max_tokens")));
  settings_.chat.extra = nlohmann::json::array({1});
  EXPECT_THAT(failure({}), FailsWith(ErrorKind::config, HasSubstr("llm.extra")));
  settings_.chat.extra = nlohmann::json::object();
  settings_.provider = "openia";
  EXPECT_THAT(failure({}), FailsWith(ErrorKind::config, HasSubstr("Did you mean \"openai\"")));
  EXPECT_THAT(failure_of([&] { Budget({.calls = -1}, clock_); }),
              FailsWith(ErrorKind::config, HasSubstr("budget.calls is -1")));
}

TEST_F(ClientTest, UpperBoundCountsBytesAndLongestReplies) {
  settings_.pricing = Pricing{.prompt = 1, .completion = 2};
  const std::vector<ChatRequest> requests = ask_numbers(3);
  const Amount bound = upper_bound(settings_, requests);
  const auto bytes =
      static_cast<std::int64_t>(openai_chat_body(requests[0], settings_.chat).size());
  EXPECT_EQ(bound.calls, 3);
  EXPECT_EQ(bound.tokens(), 3 * (bytes + 8));
  EXPECT_DOUBLE_EQ(bound.usd(), static_cast<double>(3 * (bytes + 16)) / 1e6);
}

}  // namespace
}  // namespace zopo::llm
