// Bodies for Gemini's generateContent and what its replies say. Called by way of
// chat_format.cpp's table.

#include "zopo/llm/gemini.h"

#include <algorithm>
#include <array>

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/event_stream.h"
#include "llm/json_reading.h"
#include "llm/turns.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

constexpr std::array kWithheld = {"SAFETY", "RECITATION",         "LANGUAGE",    "BLOCKLIST",
                                  "SPII",   "PROHIBITED_CONTENT", "IMAGE_SAFETY"};
constexpr std::array kCalled = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL",
                                "TOO_MANY_TOOL_CALLS"};

bool is_one_of(const std::string& word, const auto& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Json content_of(const std::string& text) { return {{"parts", Json::array({{{"text", text}}})}}; }

bool has_function_call(const Json& parts) {
  return parts.is_array() && std::any_of(parts.begin(), parts.end(), [](const Json& part) {
           return member(part, "functionCall").is_object();
         });
}

std::string gemini_text(const Json& parts) {
  std::string text;
  if (!parts.is_array()) return text;
  for (const Json& part : parts) {
    if (member(part, "thought") != true) text += text_member(part, "text");
  }
  return text;
}

Ending gemini_ending(const std::string& reason, const Json& parts) {
  if (is_one_of(reason, kWithheld)) return Ending::filtered;
  if (reason == "OTHER") return Ending::broken_off;
  if (is_cut(reason)) return Ending::cut;
  const bool called = is_one_of(reason, kCalled) || has_function_call(parts);
  return called ? Ending::tool_call : Ending::finished;
}

// Of a reply without candidates.
ChatReply without_candidates(const Json& json, const std::string& body) {
  const std::string blocked = text_member(member(json, "promptFeedback"), "blockReason");
  if (blocked.empty()) {
    return failed_reply(ErrorKind::network, "The reply has no candidates: " + quoted(body));
  }
  ChatReply reply;
  reply.finish_reason = blocked;
  judge(Ending::filtered, reply);
  return reply;
}

}  // namespace

std::string gemini_resource(const std::string& model) {
  return model.find('/') == std::string::npos ? "models/" + model : model;
}

void check_gemini(const ChatSettings& settings) { check_extra(settings.extra); }

std::string gemini_body(const ChatRequest& request, const ChatSettings& settings) {
  Json body = {{"contents", Json::array()}}, config = Json::object();
  for (const Message& message : turns_of(request)) {
    Json content = content_of(message.content);
    content["role"] = message.role == "assistant" ? "model" : "user";
    body["contents"].push_back(std::move(content));
  }
  if (const std::string system = system_of(request); !system.empty()) {
    body["systemInstruction"] = content_of(system);
  }
  if (settings.temperature) config["temperature"] = *settings.temperature;
  if (settings.max_tokens) config["maxOutputTokens"] = *settings.max_tokens;
  if (settings.top_p) config["topP"] = *settings.top_p;
  if (settings.seed) config["seed"] = *settings.seed;
  if (!settings.stop.empty()) config["stopSequences"] = settings.stop;
  if (!config.empty()) body["generationConfig"] = std::move(config);
  body.merge_patch(settings.extra);
  return canonical(body);
}

std::optional<std::int64_t> gemini_completion_limit(const ChatSettings& settings) {
  const Json body = Json::parse(gemini_body({}, settings));
  const Json& config = member(body, "generationConfig");
  if (!member(config, "maxOutputTokens").is_number()) return std::nullopt;
  return count_member(config, "maxOutputTokens");
}

ChatReply parse_gemini(int status, const http::Headers& headers, const std::string& body) {
  const Json json = reply_json(body);
  if (const std::optional<Error> error = api_error(status, headers, body, json)) {
    return failed_reply(error->kind, error->message);
  }
  const Json& candidates = member(json, "candidates");
  if (!candidates.is_array() || candidates.empty()) return without_candidates(json, body);
  const Json& candidate = candidates.front();
  const Json& parts = member(member(candidate, "content"), "parts");
  ChatReply reply;
  reply.text = gemini_text(parts);
  reply.finish_reason = text_member(candidate, "finishReason");
  reply.model = text_member(json, "modelVersion");
  reply.usage = gemini_usage(member(json, "usageMetadata"));
  judge(gemini_ending(reply.finish_reason, parts), reply);
  return reply;
}

}  // namespace zopo::llm
