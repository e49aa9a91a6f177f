#include "zopo/llm/openai.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/llm/reply_cases.h"
#include "tests/support/failure.h"
#include "tests/support/openai_replies.h"

namespace zopo::llm {
namespace {

using nlohmann::json;
using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;
using testing::Not;

ChatReply parse(const std::string& body, int status = 200, const http::Headers& headers = {}) {
  return parse_openai_chat(status, headers, body);
}

ChatReply parse_choice(const json& message, const json& finish_reason) {
  return parse(
      json{{"choices", {{{"message", message}, {"finish_reason", finish_reason}}}}}.dump());
}

// ---- Bodies

TEST(OpenAiBody, HasSortedKeysAndNothingThatIsNotSet) {
  EXPECT_EQ(openai_chat_body({.messages = {{"user", "hi"}}}, {.model = "m"}),
            R"({"messages":[{"content":"hi","role":"user"}],"model":"m"})");
  const ChatSettings all{.model = "m",
                         .temperature = 0.5,
                         .max_tokens = 8,
                         .top_p = 0.25,
                         .seed = 3,
                         .stop = {"\n"},
                         .extra = {{"cache_prompt", true}}};
  EXPECT_EQ(openai_chat_body({}, all),
            R"({"cache_prompt":true,"max_tokens":8,"messages":[],"model":"m","seed":3,)"
            R"("stop":["\n"],"temperature":0.5,"top_p":0.25})");
}

TEST(OpenAiBody, RepeatAndRoleAreNotSent) {
  EXPECT_EQ(openai_chat_body({.messages = {}, .repeat = 3, .role = "test"}, {}),
            openai_chat_body({}, {}));
}

TEST(OpenAiBody, InvalidUtf8IsReplaced) {
  EXPECT_THAT(openai_chat_body({.messages = {{"user", "a\xff"}}}, {}), HasSubstr("a\uFFFD"));
}

TEST(OpenAiBody, ExtraNullRemovesAField) {
  ChatSettings settings{.model = "m", .max_tokens = 8};
  settings.extra = {{"max_tokens", nullptr}, {"max_completion_tokens", 99}};
  EXPECT_THAT(openai_chat_body({}, settings), Not(HasSubstr("\"max_tokens\"")));
  EXPECT_EQ(openai_completion_limit(settings), 99);
  settings.extra = {{"max_tokens", nullptr}};
  EXPECT_EQ(openai_completion_limit(settings), std::nullopt);
}

TEST(OpenAiBody, ExtraMaySetAnyMemberAndNullRemovesOne) {
  ChatSettings settings{.model = "m", .temperature = 0.0, .max_tokens = 8};
  settings.extra = {{"stream", false}, {"temperature", nullptr}, {"model", "other"}, {"n", 3}};
  check_openai_chat(settings);
  EXPECT_EQ(openai_chat_body({}, settings),
            R"({"max_tokens":8,"messages":[],"model":"other","n":3,"stream":false})");
  EXPECT_EQ(openai_completion_limit(settings), 24);
  EXPECT_THAT(failure_of([&] { check_openai_chat({.extra = json::array({1})}); }),
              FailsWith(ErrorKind::config, HasSubstr("[1]")));
}

// ---- Replies

TEST(OpenAiReply, AnswerWithUsage) {
  const ChatReply reply = parse(R"({"id":"chatcmpl-1","object":"chat.completion","created":1,
    "model":"gpt-x-2026","choices":[{"index":0,"message":{"role":"assistant","content":"cats",
    "refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,
    "completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":16,
    "audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":7,
    "accepted_prediction_tokens":0}},"system_fingerprint":null})");
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "cats");
  EXPECT_EQ(reply.finish_reason, "stop");
  EXPECT_EQ(reply.model, "gpt-x-2026");
  EXPECT_EQ(reply.usage, (Usage{19, 10, 16, 7}));
}

struct ReplyCase {
  const char* what;
  json message;
  json finish_reason;
  ReplyState state;
  std::string text;
};

TEST(OpenAiReply, StateFollowsContentAndFinishReason) {
  using enum ReplyState;
  const json part_a = {{"type", "text"}, {"text", "a"}};
  const json part_b = {{"type", "text"}, {"text", "b"}};
  const json tools = json::array({{{"type", "function"}, {"function", {{"name", "f"}}}}});
  const std::vector<ReplyCase> cases = {
      {"plain", {{"content", "a"}}, "stop", ok, "a"},
      {"no finish reason", {{"content", "a"}}, nullptr, ok, "a"},
      {"unknown finish reason", {{"content", "a"}}, "eos", ok, "a"},
      {"parts", {{"content", {part_a, part_b}}}, "stop", ok, "ab"},
      {"refusal", {{"content", nullptr}, {"refusal", "I can't"}}, "stop", ok, "I can't"},
      {"reasoning aside", {{"content", "a"}, {"reasoning_content", "hm"}}, "stop", ok, "a"},
      {"empty tool calls", {{"content", "a"}, {"tool_calls", json::array()}}, "stop", ok, "a"},
      {"cut", {{"content", "a"}}, "length", truncated, "a"},
      {"cut while thinking",
       {{"content", nullptr}, {"reasoning_content", "hm"}},
       "length",
       truncated,
       ""},
      {"null", {{"content", nullptr}}, "stop", truncated, ""},
      {"absent", {{"role", "assistant"}}, "stop", truncated, ""},
      {"empty", {{"content", ""}}, "stop", truncated, ""},
      {"white space", {{"content", " \n"}}, "stop", truncated, ""},
      {"only reasoning", {{"content", ""}, {"reasoning_content", "hm"}}, "stop", truncated, ""},
      {"filtered", {{"content", "a"}}, "content_filter", error, "a"},
      {"broken off", {{"content", "a"}}, "error", error, "a"},
      {"tool call", {{"content", nullptr}, {"tool_calls", tools}}, "tool_calls", error, ""},
      {"function call",
       {{"content", nullptr}, {"function_call", {{"name", "f"}}}},
       "function_call",
       error,
       ""},
  };
  for (const ReplyCase& item : cases) {
    const ChatReply reply = parse_choice(item.message, item.finish_reason);
    EXPECT_EQ(reply.state, item.state) << item.what;
    EXPECT_EQ(reply.text, item.text) << item.what;
    EXPECT_EQ(reply.error.message.empty(), item.state != error) << item.what;
  }
}

TEST(OpenAiReply, OddUsageReadsAsNothing) {
  const auto usage = [](const std::string& text) {
    return parse(R"({"choices":[{"message":{"content":"a"}}],"usage":)" + text + "}").usage;
  };
  EXPECT_EQ(usage("null"), Usage{});
  EXPECT_EQ(usage(R"({"prompt_tokens":"9","completion_tokens":-1})"), Usage{});
  EXPECT_EQ(usage(R"({"prompt_tokens":9.0,"completion_tokens":1e300})"), (Usage{9, 0, 0, 0}));
  EXPECT_EQ(usage(R"({"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":99}})"),
            (Usage{9, 0, 9, 0}));
  EXPECT_EQ(usage(R"({"prompt_tokens":9,"prompt_cache_hit_tokens":4})"), (Usage{9, 0, 4, 0}));
}

TEST(OpenAiReply, CharacterCutInTheMiddleIsForgiven) {
  const ChatReply reply = parse("{\"choices\":[{\"message\":{\"content\":\"a\xe2\x82\"}}]}");
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_THAT(reply.text, testing::StartsWith("a\uFFFD"));
}

// ---- Errors

TEST(OpenAiReply, ErrorsHaveAKindAndQuoteTheServer) {
  using enum ErrorKind;
  expect_faults(
      parse_openai_chat,
      {
          {401, R"({"error":{"message":"Incorrect API key","code":"invalid_api_key"}})", auth,
           "Incorr"},
          {403, R"({"error":{"message":"Country not supported"}})", auth, "Country"},
          {400, R"({"error":{"message":"bad","type":"invalid_request_error"}})", api, "bad"},
          {404, R"({"error":{"message":"no model x","code":"model_not_found"}})", api, "base_url"},
          {401, R"({"statusCode":401,"message":"Access denied due to invalid key"})", auth,
           "denied"},
          {400,
           R"({"error":{"message":"was filtered","type":null,"param":"prompt","code":"content_filter",)"
           R"("status":400,"innererror":{"code":"ResponsibleAIPolicyViolation",)"
           R"("content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}})",
           api, "was filtered"},
          {429, R"({"error":{"code":"429","message":"Please retry after 6 seconds."}})", network,
           "6 s"},
          {422, R"({"detail":[{"loc":["body"],"msg":"field required"}]})", api, "field required"},
          {400, R"({"object":"error","message":"context length","code":40303})", api,
           "context length"},
          {400, R"({"error":"plain words"})", api, "plain words"},
          {400, R"([{"error":{"code":400,"message":"in a list","status":"INVALID"}}])", api,
           "in a list"},
          {400, R"({"error":{"odd":1}})", api, R"({"odd":1})"},
          {400, "not json", api, "not json"},
          {405, "", api, "an empty body"},
          {429, R"({"error":{"message":"slow","code":"rate_limit_exceeded"}})", network, "slow"},
          {429, R"({"error":{"message":"pay","type":"insufficient_quota"}})", api, "pay"},
          {500, "<html><h1>Oops</h1>", network, "an HTML page"},
          {503, R"({"error":{"code":503,"message":"Loading model"}})", network, "Loading model"},
          {504, "", network, "504"},
          {200, "", network, "an empty body"},
          {200, "<!DOCTYPE html><title>Login</title>", network, "an HTML page"},
          {200, "{\"choices\":[{\"mess", network, "not JSON"},
          {200, "{}", network, "no choices"},
          {200, "[1]", network, "no choices"},
          {200, R"({"choices":[]})", network, "no choices"},
          {200, R"({"choices":[{"text":"old"}]})", network, "no message"},
          {200, R"({"error":{"code":429,"message":"upstream"}})", network, "429"},
          {200, R"({"error":{"code":400,"message":"upstream"}})", api, "400"},
          {200, R"({"error":{"message":"upstream"}})", network, "500"},
      });
}

TEST(OpenAiReply, RedirectSaysWhereTo) {
  const ChatReply reply = parse("", 308, {{"location", "https://other/v1"}});
  EXPECT_EQ(reply.error.kind, ErrorKind::api);
  EXPECT_THAT(reply.error.message, HasSubstr("\"https://other/v1\" are not followed"));
}

TEST(OpenAiReply, QuotesAreShortAndOnOneLine) {
  const ChatReply reply = parse("line\nline\x1b[31m" + std::string(5000, 'x'), 500);
  EXPECT_LT(reply.error.message.size(), 400u);
  EXPECT_EQ(reply.error.message.find_first_of("\n\x1b"), std::string::npos);
}

}  // namespace
}  // namespace zopo::llm
