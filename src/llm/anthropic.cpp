// Bodies for Anthropic's Messages and what its replies say. Called by way of chat_format.cpp's
// table.

#include "zopo/llm/anthropic.h"

#include <algorithm>

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/event_stream.h"
#include "llm/json_reading.h"
#include "llm/turns.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

bool has_block(const Json& content, const char* type) {
  return std::any_of(content.begin(), content.end(),
                     [&](const Json& block) { return text_member(block, "type") == type; });
}

std::string text_of(const Json& content) {
  std::string text;
  for (const Json& block : content) {
    if (text_member(block, "type") == "text") text += text_member(block, "text");
  }
  return text;
}

Ending ending_of(const std::string& stop_reason, const Json& content) {
  if (stop_reason == "refusal") return Ending::filtered;
  if (is_cut(stop_reason)) return Ending::cut;
  const bool called =
      has_block(content, "tool_use") || stop_reason == "tool_use" || stop_reason == "pause_turn";
  return called ? Ending::tool_call : Ending::finished;
}

}  // namespace

void check_anthropic(const ChatSettings& settings) {
  check_extra(settings.extra);
  if (settings.seed) refuse_setting("seed", "anthropic");
  if (!settings.max_tokens && !settings.extra.contains("max_tokens")) {
    throw Failure(ErrorKind::config, "llm.provider \"anthropic\" needs llm.max_tokens. Set it.");
  }
}

std::string anthropic_body(const ChatRequest& request, const ChatSettings& settings) {
  Json body = {{"model", settings.model}, {"messages", Json::array()}};
  for (const Message& message : turns_of(request)) {
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  }
  if (const std::string system = system_of(request); !system.empty()) body["system"] = system;
  if (settings.temperature) body["temperature"] = *settings.temperature;
  if (settings.max_tokens) body["max_tokens"] = *settings.max_tokens;
  if (settings.top_p) body["top_p"] = *settings.top_p;
  if (!settings.stop.empty()) body["stop_sequences"] = settings.stop;
  body.merge_patch(settings.extra);
  return canonical(body);
}

std::optional<std::int64_t> anthropic_completion_limit(const ChatSettings& settings) {
  const Json body = Json::parse(anthropic_body({}, settings));
  if (!member(body, "max_tokens").is_number()) return std::nullopt;
  return count_member(body, "max_tokens");
}

ChatReply parse_anthropic(int status, const http::Headers& headers, const std::string& body) {
  const Json json = reply_json(body);
  if (const std::optional<Error> error = api_error(status, headers, body, json)) {
    return failed_reply(error->kind, error->message);
  }
  const Json& content = member(json, "content");
  if (!content.is_array()) {
    return failed_reply(ErrorKind::network, "The reply has no content: " + quoted(body));
  }
  ChatReply reply;
  reply.text = text_of(content);
  reply.finish_reason = text_member(json, "stop_reason");
  reply.model = text_member(json, "model");
  reply.usage = anthropic_usage(member(json, "usage"));
  judge(ending_of(reply.finish_reason, content), reply);
  return reply;
}

}  // namespace zopo::llm
