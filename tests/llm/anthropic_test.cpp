#include "zopo/llm/anthropic.h"

#include "tests/llm/reply_cases.h"
#include "tests/support/failure.h"

namespace zopo::llm {
namespace {

using nlohmann::json;
using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;

const char* const kAnthropicAnswer = R"({"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message",
  "role":"assistant","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"cats"}],
  "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,
  "cache_creation_input_tokens":3,"cache_read_input_tokens":5,"cache_creation":
  {"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":0},"output_tokens":6,
  "output_tokens_details":{"thinking_tokens":2},"service_tier":"standard"}})";

std::string reply_of(const std::vector<json>& content, const char* stop_reason) {
  return json{{"type", "message"}, {"content", content}, {"stop_reason", stop_reason}}.dump();
}

std::string error_of(const char* type, const char* message) {
  return json{
      {"type", "error"}, {"error", {{"type", type}, {"message", message}}}, {"request_id", "req_1"}}
      .dump();
}

// ---- Bodies

TEST(AnthropicBody, SystemMessagesStandApart) {
  const ChatRequest request{.messages = {{"system", "Be short."},
                                         {"user", "hi"},
                                         {"assistant", "ho"},
                                         {"developer", "Be kind."},
                                         {"user", "a\xff"}}};
  EXPECT_EQ(anthropic_body(request, {.model = "m", .max_tokens = 8}),
            R"({"max_tokens":8,"messages":[{"content":"hi","role":"user"},)"
            R"({"content":"ho","role":"assistant"},{"content":"a)"
            "\uFFFD"
            R"(","role":"user"}],"model":"m","system":"Be short.\n\nBe kind."})");
}

TEST(AnthropicBody, HasTheNamesOfThisApi) {
  const ChatSettings all{.model = "m",
                         .temperature = 0.5,
                         .max_tokens = 8,
                         .top_p = 0.25,
                         .stop = {"\n"},
                         .extra = {{"thinking", {{"type", "disabled"}}}}};
  EXPECT_EQ(anthropic_body({}, all),
            R"({"max_tokens":8,"messages":[],"model":"m","stop_sequences":["\n"],)"
            R"("temperature":0.5,"thinking":{"type":"disabled"},"top_p":0.25})");
  EXPECT_EQ(anthropic_completion_limit(all), 8);
}

TEST(AnthropicBody, WhatTheApiDoesNotKnowIsRefused) {
  check_anthropic({.max_tokens = 8});
  EXPECT_THAT(failure_of([] { check_anthropic({.max_tokens = 8, .seed = 1}); }),
              FailsWith(ErrorKind::config, HasSubstr("llm.seed")));
  EXPECT_THAT(failure_of([] { check_anthropic({}); }),
              FailsWith(ErrorKind::config, HasSubstr("llm.max_tokens")));
}

// ---- Replies

TEST(AnthropicReply, AnswerWithUsage) {
  const ChatReply reply = parse_anthropic(200, {}, kAnthropicAnswer);
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "cats");
  EXPECT_EQ(reply.finish_reason, "end_turn");
  EXPECT_EQ(reply.model, "claude-sonnet-4-5-20250929");
  EXPECT_EQ(reply.usage, (Usage{12 + 3 + 5, 6, 5, 2}));
}

TEST(AnthropicReply, StateFollowsContentAndStopReason) {
  using enum ReplyState;
  const json a = {{"type", "text"}, {"text", "a"}}, b = {{"type", "text"}, {"text", "b"}};
  const json thinking = {{"type", "thinking"}, {"thinking", "hm"}, {"signature", "c2ln"}};
  const json hidden = {{"type", "redacted_thinking"}, {"data", "c2ln"}};
  const json tool = {{"type", "tool_use"}, {"id", "toolu_1"}, {"name", "f"}, {"input", {}}};
  const std::vector<json> none;
  expect_states(parse_anthropic,
                {{"plain", reply_of({a}, "end_turn"), ok, "a"},
                 {"stop sequence", reply_of({a}, "stop_sequence"), ok, "a"},
                 {"several blocks", reply_of({a, b}, "end_turn"), ok, "ab"},
                 {"thinking aside", reply_of({thinking, hidden, a}, "end_turn"), ok, "a"},
                 {"text beside a tool", reply_of({a, tool}, "tool_use"), ok, "a"},
                 {"cut", reply_of({a}, "max_tokens"), truncated, "a"},
                 {"context full", reply_of({a}, "model_context_window_exceeded"), truncated, "a"},
                 {"cut while thinking", reply_of({thinking}, "max_tokens"), truncated, ""},
                 {"empty", reply_of(none, "end_turn"), truncated, ""},
                 {"only thinking", reply_of({thinking}, "end_turn"), truncated, ""},
                 {"refusal", reply_of({a}, "refusal"), error, "a"},
                 {"refusal before a word", reply_of(none, "refusal"), error, ""},
                 {"tool call", reply_of({tool}, "tool_use"), error, ""},
                 {"server tool", reply_of(none, "pause_turn"), error, ""}});
  EXPECT_EQ(parse_anthropic(200, {}, reply_of(none, "refusal")).error.kind, ErrorKind::api);
  EXPECT_EQ(parse_anthropic(200, {}, reply_of({tool}, "tool_use")).error.kind, ErrorKind::api);
}

TEST(AnthropicReply, DocumentedErrors) {
  using enum ErrorKind;
  const std::string spend_cap =
      R"({"type":"error","error":{"type":"rate_limit_error","message":"You have reached your )"
      R"(API usage limits: ..","details":{"error_code":"enforced_spend_limit_reached"}}})";
  expect_faults(
      parse_anthropic,
      {{400, error_of("invalid_request_error", "max_tokens: too large"), api, "too large"},
       {400, error_of("invalid_request_error", "Your credit balance is too low to access"), api,
        "credit balance"},
       {401, error_of("authentication_error", "invalid x-api-key"), auth, "invalid x-api-key"},
       {402, error_of("billing_error", "pay"), api, "pay"},
       {403, error_of("permission_error", "not yours"), auth, "not yours"},
       {404, error_of("not_found_error", "model: x"), api, "model's name"},
       {409, error_of("conflict_error", "again"), network, "again"},
       {413, error_of("request_too_large", "32 MB"), api, "32 MB"},
       {429, error_of("rate_limit_error", "slow down"), network, "slow down"},
       {429, spend_cap, api, "usage limits"},
       {500, error_of("api_error", "Internal server error"), network, "Internal"},
       {504, error_of("timeout_error", "late"), network, "late"},
       {529, error_of("overloaded_error", "Overloaded"), network, "Overloaded"},
       {200, error_of("overloaded_error", "Overloaded"), network, "Overloaded"},
       {502, "<html>Bad gateway</html>", network, "an HTML page"},
       {200, "{}", network, "no content"},
       {200, R"({"content":"cats"})", network, "no content"}});
}

TEST(AnthropicReply, CutAnywhereItIsNoAnswer) {
  expect_no_answer_from_any_beginning_of(parse_anthropic, kAnthropicAnswer);
}

}  // namespace
}  // namespace zopo::llm
