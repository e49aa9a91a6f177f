#include "zopo/llm/gemini.h"

#include "tests/llm/reply_cases.h"
#include "tests/support/failure.h"

namespace zopo::llm {
namespace {

using nlohmann::json;
using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;

const char* const kGeminiAnswer = R"({"candidates":[{"content":{"parts":[{"text":"a plan",
  "thought":true},{"text":"cats","thoughtSignature":"c2ln"}],"role":"model"},
  "finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":11,
  "candidatesTokenCount":5,"totalTokenCount":23,"cachedContentTokenCount":4,
  "thoughtsTokenCount":7,"promptTokensDetails":[{"modality":"TEXT","tokenCount":11}]},
  "modelVersion":"gemini-2.5-flash-001","responseId":"r1"})";

std::string gemini_reply_of(const std::vector<json>& parts, const char* finish_reason) {
  const json content = {{"parts", parts}, {"role", "model"}};
  const std::vector<json> candidates = {{{"content", content}, {"finishReason", finish_reason}}};
  return json{{"candidates", candidates}}.dump();
}

std::string error_of(int code,
                     const char* status,
                     const char* message,
                     const std::vector<json>& details = {}) {
  return json{
      {"error", {{"code", code}, {"message", message}, {"status", status}, {"details", details}}}}
      .dump();
}

json quota_failure(const char* quota) {
  const std::vector<json> violations = {{{"quotaMetric", "requests"}, {"quotaId", quota}}};
  return {{"@type", "type.googleapis.com/google.rpc.QuotaFailure"}, {"violations", violations}};
}

// ---- Bodies

TEST(GeminiBody, HasTheNamesOfThisApi) {
  const ChatRequest request{
      .messages = {{"system", "Be short."}, {"user", "hi"}, {"assistant", "ho"}}};
  const ChatSettings all{.model = "m",
                         .temperature = 0.5,
                         .max_tokens = 8,
                         .top_p = 0.25,
                         .seed = 3,
                         .stop = {"\n"},
                         .extra = {{"generationConfig", {{"thinkingConfig", {{"a", 1}}}}}}};
  EXPECT_EQ(gemini_body(request, all),
            R"({"contents":[{"parts":[{"text":"hi"}],"role":"user"},)"
            R"({"parts":[{"text":"ho"}],"role":"model"}],"generationConfig":)"
            R"({"maxOutputTokens":8,"seed":3,"stopSequences":["\n"],"temperature":0.5,)"
            R"("thinkingConfig":{"a":1},"topP":0.25},)"
            R"("systemInstruction":{"parts":[{"text":"Be short."}]}})");
  EXPECT_EQ(gemini_completion_limit(all), 8);
  EXPECT_EQ(gemini_completion_limit({}), std::nullopt);
  EXPECT_EQ(gemini_body({}, {}), R"({"contents":[]})");
}

TEST(GeminiBody, ExtraMaySetAnyMember) {
  ChatSettings settings{.temperature = 0.0};
  settings.extra = {{"generationConfig", {{"temperature", nullptr}, {"candidateCount", 1}}}};
  check_gemini(settings);
  EXPECT_EQ(gemini_body({}, settings),
            R"({"contents":[],"generationConfig":{"candidateCount":1}})");
}

TEST(GeminiBody, ModelsAreResources) {
  EXPECT_EQ(gemini_resource("gemini-x"), "models/gemini-x");
  EXPECT_EQ(gemini_resource("tunedModels/x"), "tunedModels/x");
}

// ---- Replies

TEST(GeminiReply, AnswerWithUsage) {
  const ChatReply reply = parse_gemini(200, {}, kGeminiAnswer);
  EXPECT_EQ(reply.state, ReplyState::ok);
  EXPECT_EQ(reply.text, "cats");
  EXPECT_EQ(reply.finish_reason, "STOP");
  EXPECT_EQ(reply.model, "gemini-2.5-flash-001");
  EXPECT_EQ(reply.usage, (Usage{11, 5 + 7, 4, 7}));
}

TEST(GeminiReply, StateFollowsContentAndFinishReason) {
  using enum ReplyState;
  const json a = {{"text", "a"}}, b = {{"text", "b"}};
  const json thought = {{"text", "hm"}, {"thought", true}};
  const json call = {{"functionCall", {{"name", "f"}, {"args", {}}}}};
  const std::string bare = R"({"candidates":[{"content":{"role":"model"},"finishReason":)";
  expect_states(parse_gemini,
                {{"plain", gemini_reply_of({a}, "STOP"), ok, "a"},
                 {"several parts", gemini_reply_of({a, b}, "STOP"), ok, "ab"},
                 {"thought aside", gemini_reply_of({thought, a}, "STOP"), ok, "a"},
                 {"unknown reason", gemini_reply_of({a}, "NEW_REASON"), ok, "a"},
                 {"no reason", R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})", ok, "a"},
                 {"cut", gemini_reply_of({a}, "MAX_TOKENS"), truncated, "a"},
                 {"cut while thinking", bare + R"("MAX_TOKENS"}]})", truncated, ""},
                 {"empty", bare + R"("STOP"}]})", truncated, ""},
                 {"only thought", gemini_reply_of({thought}, "STOP"), truncated, ""},
                 {"unsafe", R"({"candidates":[{"finishReason":"SAFETY"}]})", error, ""},
                 {"recited", gemini_reply_of({a}, "RECITATION"), error, "a"},
                 {"forbidden", gemini_reply_of({}, "PROHIBITED_CONTENT"), error, ""},
                 {"prompt blocked", R"({"promptFeedback":{"blockReason":"SAFETY"}})", error, ""},
                 {"tool call", gemini_reply_of({call}, "STOP"), error, ""},
                 {"bad tool call", gemini_reply_of({}, "MALFORMED_FUNCTION_CALL"), error, ""},
                 {"other", gemini_reply_of({}, "OTHER"), error, ""}});
  EXPECT_EQ(parse_gemini(200, {}, gemini_reply_of({}, "SAFETY")).error.kind, ErrorKind::api);
  EXPECT_EQ(parse_gemini(200, {}, gemini_reply_of({}, "OTHER")).error.kind, ErrorKind::network);
}

TEST(GeminiReply, DocumentedErrors) {
  using enum ErrorKind;
  const json bad_key = {{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                        {"reason", "API_KEY_INVALID"},
                        {"domain", "googleapis.com"}};
  const json per_minute = quota_failure("GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
  const json per_day = quota_failure("GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  expect_faults(
      parse_gemini,
      {{400, error_of(400, "INVALID_ARGUMENT", "API key not valid.", {bad_key}), auth, "API key"},
       {400, error_of(400, "INVALID_ARGUMENT", "bad field"), api, "bad field"},
       {400, error_of(400, "FAILED_PRECONDITION", "billing"), api, "billing"},
       {403, error_of(403, "PERMISSION_DENIED", "blocked"), auth, "blocked"},
       {404, error_of(404, "NOT_FOUND", "models/x is not found"), api, "model's name"},
       {429, error_of(429, "RESOURCE_EXHAUSTED", "check quota"), network, "check quota"},
       {429, error_of(429, "RESOURCE_EXHAUSTED", "per minute", {per_minute}), network, "minute"},
       {429, error_of(429, "RESOURCE_EXHAUSTED", "a day", {per_day, per_minute}), api, "a day"},
       {500, error_of(500, "INTERNAL", "oops"), network, "oops"},
       {503, error_of(503, "UNAVAILABLE", "overloaded"), network, "overloaded"},
       {504, error_of(504, "DEADLINE_EXCEEDED", "late"), network, "late"},
       {503, "[" + error_of(503, "UNAVAILABLE", "in a list") + "]", network, "in a list"},
       {502, "<html>Bad gateway</html>", network, "an HTML page"},
       {200, "{}", network, "no candidates"},
       {200, R"({"candidates":[]})", network, "no candidates"}});
}

TEST(GeminiReply, CutAnywhereItIsNoAnswer) {
  expect_no_answer_from_any_beginning_of(parse_gemini, kGeminiAnswer);
}

}  // namespace
}  // namespace zopo::llm
