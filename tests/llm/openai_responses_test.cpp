#include "zopo/llm/openai_responses.h"

#include "tests/llm/reply_cases.h"
#include "tests/support/failure.h"

namespace zopo::llm {
namespace {

using nlohmann::json;
using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;

const char* const kResponsesAnswer = R"({"id":"resp_1","object":"response","created_at":1756781646,
  "status":"completed","error":null,"incomplete_details":null,"model":"gpt-5-2025-08-07",
  "output":[{"id":"rs_1","type":"reasoning","summary":[]},{"id":"msg_1","type":"message",
  "status":"completed","role":"assistant","content":[{"type":"output_text","text":"cats",
  "annotations":[],"logprobs":[]}]}],"usage":{"input_tokens":19,"input_tokens_details":
  {"cached_tokens":16},"output_tokens":10,"output_tokens_details":{"reasoning_tokens":7},
  "total_tokens":29}})";

json message_of(const json& part) {
  return {{"type", "message"}, {"role", "assistant"}, {"content", std::vector<json>{part}}};
}

std::string responses_reply_of(const std::vector<json>& output,
                               const char* status,
                               const json& details = nullptr) {
  return json{{"object", "response"},
              {"status", status},
              {"error", nullptr},
              {"incomplete_details", details},
              {"output", output}}
      .dump();
}

std::string failed_with(const char* code) {
  return json{{"object", "response"},
              {"status", "failed"},
              {"error", {{"code", code}, {"message", "words"}}},
              {"output", json::array()}}
      .dump();
}

// ---- Bodies

TEST(ResponsesBody, HasTheNamesOfThisApi) {
  const ChatSettings all{.model = "m",
                         .temperature = 0.5,
                         .max_tokens = 16,
                         .top_p = 0.25,
                         .extra = {{"reasoning", {{"effort", "low"}}}}};
  EXPECT_EQ(openai_responses_body({.messages = {{"user", "hi"}}}, all),
            R"({"input":[{"content":"hi","role":"user"}],"max_output_tokens":16,"model":"m",)"
            R"("reasoning":{"effort":"low"},"store":false,"temperature":0.5,"top_p":0.25})");
  EXPECT_EQ(openai_responses_completion_limit(all), 16);
  EXPECT_EQ(openai_responses_completion_limit({}), std::nullopt);
}

TEST(ResponsesBody, WhatTheApiDoesNotKnowIsRefused) {
  check_openai_responses({.max_tokens = 8});
  EXPECT_THAT(failure_of([] { check_openai_responses({.seed = 1}); }),
              FailsWith(ErrorKind::config, HasSubstr("llm.seed")));
  EXPECT_THAT(failure_of([] { check_openai_responses({.stop = {"x"}}); }),
              FailsWith(ErrorKind::config, HasSubstr("llm.stop")));
}

// ---- Replies

TEST(ResponsesReply, AnswerWithUsage) {
  const ChatReply reply = parse_openai_responses(200, {}, kResponsesAnswer);
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "cats");
  EXPECT_EQ(reply.finish_reason, "completed");
  EXPECT_EQ(reply.model, "gpt-5-2025-08-07");
  EXPECT_EQ(reply.usage, (Usage{19, 10, 16, 7}));
}

TEST(ResponsesReply, StateFollowsOutputAndStatus) {
  using enum ReplyState;
  const json a = message_of({{"type", "output_text"}, {"text", "a"}});
  const json no = message_of({{"type", "refusal"}, {"refusal", "I can't"}});
  const json reasoning = {{"type", "reasoning"}, {"summary", json::array()}};
  const json call = {{"type", "function_call"}, {"name", "f"}, {"arguments", "{}"}};
  const json limit = {{"reason", "max_output_tokens"}}, filter = {{"reason", "content_filter"}};
  expect_states(
      parse_openai_responses,
      {{"plain", responses_reply_of({a}, "completed"), ok, "a"},
       {"several messages", responses_reply_of({a, a}, "completed"), ok, "aa"},
       {"reasoning aside", responses_reply_of({reasoning, a}, "completed"), ok, "a"},
       {"refusal", responses_reply_of({no}, "completed"), ok, "I can't"},
       {"text beside a call", responses_reply_of({call, a}, "completed"), ok, "a"},
       {"cut", responses_reply_of({a}, "incomplete", limit), truncated, "a"},
       {"cut while thinking", responses_reply_of({reasoning}, "incomplete", limit), truncated, ""},
       {"incomplete", responses_reply_of({a}, "incomplete"), truncated, "a"},
       {"only reasoning", responses_reply_of({reasoning}, "completed"), truncated, ""},
       {"empty", responses_reply_of({}, "completed"), truncated, ""},
       {"filtered", responses_reply_of({a}, "incomplete", filter), error, "a"},
       {"cancelled", responses_reply_of({a}, "cancelled"), error, "a"},
       {"tool call", responses_reply_of({call}, "completed"), error, ""}});
}

TEST(ResponsesReply, DocumentedErrors) {
  using enum ErrorKind;
  const std::string bad_key =
      R"({"error":{"message":"Incorrect API key provided","type":"invalid_request_error",)"
      R"("param":null,"code":"invalid_api_key"}})";
  const std::string quota = R"({"error":{"message":"pay","type":"insufficient_quota",)"
                            R"("param":null,"code":"insufficient_quota"}})";
  expect_faults(
      parse_openai_responses,
      {{401, bad_key, auth, "Incorrect"},
       {429, quota, api, "pay"},
       {429, R"({"error":{"message":"slow","code":"rate_limit_exceeded"}})", network, "slow"},
       {400, R"({"error":{"message":"bad","param":"input"}})", api, "bad"},
       {503, R"({"error":{"message":"overloaded"}})", network, "overloaded"},
       {200, failed_with("server_error"), network, "words"},
       {200, failed_with("rate_limit_exceeded"), network, "words"},
       {200, failed_with("invalid_prompt"), api, "invalid_prompt"},
       {502, "<html>Bad gateway</html>", network, "an HTML page"},
       {200, "{}", network, "no output"},
       {200, R"({"output":"cats"})", network, "no output"}});
}

TEST(ResponsesReply, CutAnywhereItIsNoAnswer) {
  expect_no_answer_from_any_beginning_of(parse_openai_responses, kResponsesAnswer);
}

}  // namespace
}  // namespace zopo::llm
