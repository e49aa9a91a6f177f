// What is charged counts, whatever came of it.
#include "tests/llm/client_fixture.h"

namespace zopo::llm {
namespace {

using test::Fault;

std::string completion_with(const std::string& finish_reason) {
  return chat_completion("text", finish_reason, 30, 4);
}

struct Charge {
  const char* name;
  int status;
  std::string body;
  std::int64_t prompt_tokens;  // charged; -1: the bound of the request
};

class ChargeTest : public ClientTest, public testing::WithParamInterface<Charge> {};

TEST_P(ChargeTest, OfAReplyThatIsNoAnswer) {
  const Charge& charge = GetParam();
  settings_.endpoint.retry.max_attempts = 1;
  FakeTransport transport([&](const auto&, int) { return status(charge.status, {}, charge.body); });
  EXPECT_EQ(complete_one(transport).state, ReplyState::error);
  const Spending spent = budget_->total();
  const Amount bound = upper_bound(settings_, std::vector{ask("hello")});
  EXPECT_EQ(spent.needed.calls, 0);
  if (charge.prompt_tokens == 0) {
    EXPECT_EQ(spent.asked_again.calls, 0);
    return;
  }
  const bool is_bound = charge.prompt_tokens < 0;
  EXPECT_EQ(spent.asked_again.calls, 1);
  EXPECT_EQ(spent.paid.calls, 1);
  EXPECT_EQ(spent.asked_again.usage.prompt_tokens,
            is_bound ? bound.usage.prompt_tokens : charge.prompt_tokens);
}

INSTANTIATE_TEST_SUITE_P(
    Charges,
    ChargeTest,
    testing::Values(Charge{"broken_off", 200, completion_with("error"), 30},
                    Charge{"filtered", 200, completion_with("content_filter"), 30},
                    Charge{"no_choices", 200, R"({"choices":[],"usage":{"prompt_tokens":30}})", 30},
                    Charge{"error_object", 200,
                           R"({"error":{"message":"x"},"usage":{"prompt_tokens":30}})", 30},
                    Charge{"inputs_and_outputs", 500,
                           R"({"usage":{"input_tokens":30,"output_tokens":1}})", 30},
                    Charge{"gemini", 503, R"({"usageMetadata":{"promptTokenCount":30}})", 30},
                    Charge{"unreadable", 200, R"({"choices":)", -1},
                    Charge{"unknown_error", 200, R"({"error":"something"})", -1},
                    Charge{"bad_request", 400, R"({"error":"no"})", -1},
                    Charge{"rate_in_the_body", 200, R"({"error":{"code":429,"message":"x"}})", 0},
                    Charge{"wrong_key", 401, "{}", 0},
                    Charge{"forbidden", 403, "{}", 0},
                    Charge{"not_found", 404, "{}", 0},
                    Charge{"timed_out", 408, "{}", 0},
                    Charge{"rate", 429, "{}", 0},
                    Charge{"down", 503, "{}", 0}),
    [](const auto& test) { return test.param.name; });

TEST_F(ClientTest, WhatNeverReachedTheServerIsFreeAndWhatBrokeOffIsNot) {
  settings_.endpoint.retry.max_attempts = 1;
  {
    ScriptedServer server([](const ServerRequest&) {
      return ServerReply{.body = completion_with("stop"), .fault = Fault::cut};
    });
    complete_over_http(server, ask_numbers(1));
    EXPECT_EQ(budget_->total().asked_again.calls, 1);
  }
  forget_budget();
  settings_.endpoint.base_url = "http://127.0.0.1:1/v1";
  const auto transport = http::make_curl_transport({});
  complete(*transport, ask_numbers(1));
  EXPECT_EQ(budget_->total().asked_again.calls, 0);
}

class LedgerOfClientTest : public ClientTest {
 protected:
  LedgerOfClientTest() { stores_.run = open("run.db"); }
  // As the next process finds it.
  std::vector<store::Sending> sendings() {
    opened_.clear();  // commits
    stores_.run = open("run.db");
    return stores_.run->sendings();
  }
};

// Of five requests four are charged and unusable, each in another way.
ServerReply charge_and_fail(const ServerRequest& request) {
  ServerReply reply{.body = completion_with("stop")};
  switch (request.number % 5) {
    case 0:
      reply.body = completion_with("error");
      break;
    case 1:
      reply.fault = Fault::cut;
      break;
    case 2:
      reply.body.pop_back();
      break;
    case 3:
      reply.body = chat_completion("", "stop", 30, 0);
      break;
    default:
      break;
  }
  return reply;
}

TEST_F(ClientTest, ChargedFailuresAreWithinTheCaps) {
  settings_.endpoint.retry.backoff.first = Milliseconds(0);
  settings_.pricing = Pricing{.prompt = 1000, .completion = 1000};
  for (const Caps& caps :
       {Caps{.calls = 60}, Caps{.tokens = 9000}, Caps{.usd = 9}, Caps{.calls = 3}}) {
    caps_ = caps;
    forget_budget();
    ScriptedServer server(charge_and_fail);
    complete_over_http(server, ask_numbers(50));
    const Amount spent = budget_->total().charged();
    EXPECT_EQ(spent.calls, server.request_count());
    EXPECT_LE(server.request_count(), caps.calls.value_or(1000));
    EXPECT_LE(spent.tokens(), caps.tokens.value_or(1 << 30));
    EXPECT_LE(spent.usd(), caps.usd.value_or(1e9));
  }
}

TEST_F(LedgerOfClientTest, AnAnswersRecordHasWhatItsFailuresCost) {
  FakeTransport transport([](const auto&, int number) {
    if (number % 3 == 0) return ok(completion_with("error"));
    return number % 3 == 1 ? ok("{") : ok(completion_with("stop"));
  });
  settings_.endpoint.concurrency = 1;
  complete(transport, ask_numbers(3));
  const Amount spent = budget_->total().charged();
  EXPECT_EQ(spent.calls, transport.count());
  EXPECT_TRUE(sendings().empty());
  forget_budget();
  complete(transport, ask_numbers(3));
  EXPECT_EQ(budget_->total().charged().calls, spent.calls);
  EXPECT_EQ(budget_->total().charged().tokens(), spent.tokens());
  EXPECT_EQ(budget_->total().paid.calls, 0);
}

TEST_F(LedgerOfClientTest, AFailureWithoutAnAnswerStays) {
  FakeTransport transport([](const auto&, int) { return ok(completion_with("content_filter")); });
  complete_one(transport);
  const std::vector<store::Sending> left = sendings();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].state, store::Sending::State::spent);
  EXPECT_EQ(left[0].cost.prompt_tokens, 30);
}

TEST_F(LedgerOfClientTest, ARefusalThatCostNothingLeavesNoTrace) {
  FakeTransport transport([](const auto&, int) { return status(401); });
  complete(transport, ask_numbers(9));
  EXPECT_TRUE(sendings().empty());
}

TEST_F(LedgerOfClientTest, ACutReplyIsAnAnswer) {
  FakeTransport transport([](const auto&, int) { return ok(completion_with("length")); });
  complete_one(transport);
  complete_one(transport);
  EXPECT_EQ(transport.count(), 1);
  EXPECT_EQ(budget_->total().charged().calls, 1);
  EXPECT_TRUE(sendings().empty());
}

TEST_F(ClientTest, TheSameRequestTwiceIsSentAndCountedOnce) {
  FakeTransport transport([](const auto&, int) { return ok(completion_with("stop")); });
  stores_.run = open("run.db");
  const auto replies = complete(transport, {ask("a"), ask("b"), ask("a"), ask("a")});
  EXPECT_EQ(transport.count(), 2);
  EXPECT_THAT(replies, Each(Field(&ChatReply::text, "text")));
  complete(transport, {ask("b")});
  EXPECT_EQ(budget_->total().charged().calls, 2);
}

TEST_F(ClientTest, WhatAnEarlierProcessMayHaveSpentCounts) {
  FakeTransport transport([](const auto&, int) { return ok(completion_with("stop")); });
  caps_.calls = 10;
  budget_.emplace(caps_, clock_);
  budget_->bring_forward("search", {.calls = 2, .usage = {}}, {.calls = 3, .usage = {}},
                         {.calls = 1, .usage = {}});
  complete(transport, ask_numbers(30));
  EXPECT_EQ(transport.count(), 4);
  EXPECT_EQ(budget_->total().charged().calls, 6);  // what is lost is in nobody's usage
}

TEST_F(ClientTest, TheBoundOfTheDryRunBearsOnlySoManyFailures) {
  FakeTransport transport(
      [](const auto&, int number) { return ok(number == 1 ? completion_with("stop") : "{"); });
  settings_.endpoint.retry.backoff.first = Milliseconds(0);
  budget_.emplace(caps_, clock_);
  Amount most = upper_bound(settings_, ask_numbers(10));
  most += most;
  budget_->set_bound(most);
  const auto replies = complete(transport, ask_numbers(10));
  EXPECT_EQ(transport.count(), 20);
  EXPECT_EQ(replies[9].error.kind, ErrorKind::incomplete);
  EXPECT_THAT(replies[9].error.message, HasSubstr("bound of its dry run, 20"));
}

TEST_F(LedgerOfClientTest, AtTheSecondsCapWhatIsOnTheWireIsGivenUpAndCounts) {
  caps_.seconds = 10;
  settings_.endpoint.concurrency = 3;
  ScriptedServer server([this](const ServerRequest& request) {
    if (request.number == 2) clock_.advance(Milliseconds(10'000));
    return ServerReply{.body = completion_with("stop"), .fault = Fault::stall};
  });
  const auto replies = complete_over_http(server, ask_numbers(5));
  EXPECT_THAT(replies[0].error.message, HasSubstr("budget.seconds"));
  EXPECT_EQ(budget_->total().charged().calls, 3);
  const std::vector<store::Sending> left = sendings();
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[0].state, store::Sending::State::open);
}

TEST_F(ClientTest, ASecondSignalOrTheEndOfTheGraceGivesUpWhatIsOnTheWire) {
  for (const int urgency : {kFinish, kGiveUp}) {
    Interruption interrupted = 0;
    settings_.endpoint.interrupted = &interrupted;
    settings_.endpoint.grace = Milliseconds(urgency == kFinish ? 0 : 1'000'000);
    forget_budget();
    ScriptedServer server([&](const ServerRequest&) {
      interrupted = urgency;
      return ServerReply{.fault = Fault::stall};
    });
    EXPECT_EQ(complete_over_http(server, ask_numbers(1))[0].error.kind, ErrorKind::interrupted);
    EXPECT_EQ(budget_->total().charged().calls, 1);
  }
}

}  // namespace
}  // namespace zopo::llm
