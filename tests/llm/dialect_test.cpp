// What a client learns from an endpoint's refusals, and that its answers' keys do not depend on it.
#include "llm/dialect.h"

#include "tests/llm/client_fixture.h"

namespace zopo::llm {
namespace {

using nlohmann::json;

http::Response refusal(const std::string& message, const std::string& param) {
  return {400,
          {},
          json{{"error",
                {{"message", message},
                 {"type", "invalid_request_error"},
                 {"param", param},
                 {"code", "unsupported_value"}}}}
              .dump()};
}

// An endpoint that takes neither max_tokens nor a temperature, and says so one by one.
Result<http::Response> reasoning_model(const http::Request& request, int) {
  const json body = json::parse(request.body);
  if (body.contains("max_tokens")) {
    return refusal(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        "max_tokens");
  }
  if (body.contains("temperature")) {
    return refusal(
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
        "value is supported.",
        "temperature");
  }
  return ok(chat_completion("hi"));
}

TEST(Dialect, KnownRefusalsAreUnderstood) {
  const ChatSettings settings{.model = "m", .temperature = 0.0, .max_tokens = 8};
  const auto learnt = [&](const std::string& message, int status = 400) {
    return asked_for({}, settings, status, json{{"error", {{"message", message}}}}.dump());
  };
  EXPECT_EQ(learnt("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                   "'max_completion_tokens' instead."),
            (Dialect{.max_completion_tokens = true}));
  for (const char* const message :
       {"Unsupported value: 'temperature' does not support 0 with this model.",
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "`temperature` is deprecated for this model.",
        "Input validation error: `temperature` must be strictly positive",
        "Invalid params: temperature must be in range (0, +inf)",
        "invalid temperature: only 1 is allowed for this model"}) {
    EXPECT_EQ(learnt(message), (Dialect{.default_temperature = true})) << message;
  }
  EXPECT_EQ(learnt("'top_p' is not supported with this model."), std::nullopt);
  EXPECT_EQ(learnt("max_tokens is too large: 99999"), std::nullopt);
  EXPECT_EQ(learnt("'temperature' is not supported", 429), std::nullopt);
  EXPECT_EQ(asked_for({}, settings, 400, "<html>temperature unsupported"), std::nullopt);
  const std::string of_another =
      R"({"error": {"message": "bad, as temperature", "param": "user"}})";
  EXPECT_EQ(asked_for({}, settings, 400, of_another), std::nullopt);
  const ChatSettings hot{.model = "m", .temperature = 1.5};
  EXPECT_EQ(asked_for({}, hot, 400, R"({"error": "temperature must be at most 1"})"), std::nullopt);
}

TEST(Dialect, OfTwoThatExcludeEachOtherTheTemperatureStays) {
  const ChatSettings both{.model = "m", .temperature = 0.0, .top_p = 0.9};
  const std::string said = R"({"error": {"message":
      "`temperature` and `top_p` cannot both be specified for this model. Please use only one."}})";
  const auto learnt = asked_for({}, both, 400, said);
  ASSERT_EQ(learnt, (Dialect{.no_top_p = true}));
  EXPECT_EQ(in_dialect(both, *learnt).top_p, std::nullopt);
  EXPECT_EQ(in_dialect(both, *learnt).temperature, 0.0);
}

TEST(Dialect, WithoutASystemRoleItsTextOpensTheUsersMessage) {
  for (const char* const message :
       {"System role not supported",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Developer instruction is not enabled for models/gemma-3-27b-it"}) {
    const std::string body = json{{"object", "error"}, {"message", message}}.dump();
    EXPECT_EQ(asked_for({}, {}, 400, body, true), (Dialect{.no_system = true})) << message;
    EXPECT_EQ(asked_for({}, {}, 400, body, false), std::nullopt) << message;
  }
  const ChatRequest request{{{"system", "Grade."}, {"user", "An answer."}}};
  const ChatRequest sent = in_dialect(request, {.no_system = true});
  ASSERT_EQ(sent.messages.size(), 1u);
  EXPECT_EQ(sent.messages[0].role, "user");
  EXPECT_EQ(sent.messages[0].content, "Grade.\n\nAn answer.");
}

TEST_F(ClientTest, AServerThatStreamsUnaskedIsToldNotTo) {
  FakeTransport transport([](const http::Request& request, int) -> Result<http::Response> {
    if (json::parse(request.body).value("stream", true))
      return ok("data: {\"choices\":[{\"delta\":{\"content\":\"torn\"}}]}\n\n");
    return ok(chat_completion("whole"));
  });
  EXPECT_EQ(complete_one(transport).text, "whole");
  EXPECT_EQ(transport.count(), 2);
}

TEST_F(ClientTest, AServerThatStreamsAnObjectALineIsToldNotToEither) {
  FakeTransport transport([](const http::Request& request, int) -> Result<http::Response> {
    if (json::parse(request.body).value("stream", true))
      return ok("{\"message\":{\"content\":\"to\"}}\n{\"message\":{\"content\":\"rn\"}}\n");
    return ok(chat_completion("whole"));
  });
  EXPECT_EQ(complete_one(transport).text, "whole");
  EXPECT_EQ(transport.count(), 2);
}

TEST(Dialect, ATemplateThatNamesTheRolesItKnowsHasNoSystem) {
  const ChatSettings settings{.model = "m"};
  const std::string body =
      R"({"error": {"message": "Only user and assistant roles are supported!"}})";
  EXPECT_EQ(asked_for({}, settings, 400, body, true), (Dialect{.no_system = true}));
  EXPECT_EQ(asked_for({}, settings, 400, body, false), std::nullopt);
}

TEST_F(ClientTest, AStreamThatIsWholeIsTheAnswer) {
  FakeTransport transport([](const http::Request&, int) -> Result<http::Response> {
    return ok(
        "data: {\"choices\":[{\"delta\":{\"content\":\"he\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"re\"},\"finish_reason\":\"stop\"}]}\n\n"
        "data: [DONE]\n\n");
  });
  EXPECT_EQ(complete_one(transport).text, "here");
  EXPECT_EQ(transport.count(), 1);
}

TEST(Dialect, WhatWasChangedAlreadyIsNotChangedAgain) {
  const ChatSettings settings{.temperature = 0.0, .max_tokens = 8};
  const std::string body = R"({"error":{"message":"'temperature' is not supported"}})";
  EXPECT_EQ(asked_for({.default_temperature = true}, settings, 400, body), std::nullopt);
  EXPECT_EQ(asked_for({}, {.model = "m"}, 400, body), std::nullopt);
}

TEST_F(ClientTest, ARefusedSettingIsLearntOnceForAllRequests) {
  FakeTransport transport(reasoning_model);
  settings_.endpoint.concurrency = 1;
  for (const ChatReply& reply : complete(transport, ask_numbers(5))) EXPECT_EQ(reply.text, "hi");
  EXPECT_EQ(transport.count(), 5 + 2);
  const json last = json::parse(transport.requests().back().body);
  EXPECT_EQ(last["max_completion_tokens"], 8);
  EXPECT_FALSE(last.contains("max_tokens"));
  EXPECT_FALSE(last.contains("temperature"));
  EXPECT_EQ(clock_.slept(), Milliseconds(0));  // a refusal is no reason to wait
  EXPECT_EQ(budget_->total().needed.calls, 5);
}

TEST_F(ClientTest, RequestsInFlightDuringTheRefusalAreSentAgainToo) {
  FakeTransport transport(reasoning_model);
  settings_.endpoint.retry.max_attempts = 1;
  for (const ChatReply& reply : complete(transport, ask_numbers(9))) EXPECT_EQ(reply.text, "hi");
  EXPECT_LE(transport.count(), 9 + 2 * settings_.endpoint.concurrency);
}

TEST_F(ClientTest, WhatWasLearntIsNoPartOfAnAnswersKey) {
  stores_.run = open("run.db");
  FakeTransport refusing(reasoning_model);
  complete(refusing, ask_numbers(3));
  settings_.endpoint.offline = true;
  FakeTransport none([](const auto&, int) { return Error{ErrorKind::internal, "sent"}; });
  for (const ChatReply& reply : complete(none, ask_numbers(3))) EXPECT_EQ(reply.text, "hi");
  EXPECT_EQ(none.count(), 0);
}

TEST_F(ClientTest, AnEndpointThatKeepsRefusingIsAnErrorNotALoop) {
  FakeTransport transport([](const auto&, int) {
    return refusal("'temperature' is not supported with this model.", "temperature");
  });
  const ChatReply reply = complete_one(transport);
  EXPECT_EQ(reply.error.kind, ErrorKind::api);
  EXPECT_THAT(reply.error.message, HasSubstr("temperature"));
  EXPECT_EQ(transport.count(), 2);
}

}  // namespace
}  // namespace zopo::llm
