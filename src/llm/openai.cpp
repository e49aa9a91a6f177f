// Bodies for OpenAI's chat completions and what its replies say. Called by way of
// chat_format.cpp's table.

#include "zopo/llm/openai.h"

#include <algorithm>

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/event_stream.h"
#include "llm/json_reading.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

// A string, or an array of parts of which the texts count.
std::string content_text(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (content.is_array()) {
    for (const Json& part : content) text += text_member(part, "text");
  }
  return text;
}

bool has_tool_calls(const Json& message) {
  const Json& calls = member(message, "tool_calls");
  return (calls.is_array() && !calls.empty()) || member(message, "function_call").is_object();
}

Ending ending_of(const ChatReply& reply, const Json& message) {
  if (reply.finish_reason == "content_filter") return Ending::filtered;
  if (reply.finish_reason == "error") return Ending::broken_off;
  if (trim(reply.text).empty() && has_tool_calls(message)) return Ending::tool_call;
  return is_cut(reply.finish_reason) ? Ending::cut : Ending::finished;
}

ChatReply read_choice(const Json& choice) {
  const Json& message = member(choice, "message");
  if (!message.is_object()) {
    return failed_reply(ErrorKind::network, "The reply's first choice has no message.");
  }
  ChatReply reply;
  reply.text = content_text(member(message, "content"));
  if (reply.text.empty()) reply.text = text_member(message, "refusal");
  reply.finish_reason = text_member(choice, "finish_reason");
  judge(ending_of(reply, message), reply);
  reply.reasoned = reply.text.empty() && (!text_member(message, "reasoning_content").empty() ||
                                          !text_member(message, "reasoning").empty());
  return reply;
}

}  // namespace

void check_openai_chat(const ChatSettings& settings) { check_extra(settings.extra); }

std::string openai_chat_body(const ChatRequest& request, const ChatSettings& settings) {
  Json body = {{"model", settings.model}, {"messages", Json::array()}};
  for (const Message& message : request.messages) {
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  }
  if (settings.temperature) body["temperature"] = *settings.temperature;
  if (settings.max_tokens) body["max_tokens"] = *settings.max_tokens;
  if (settings.top_p) body["top_p"] = *settings.top_p;
  if (settings.seed) body["seed"] = *settings.seed;
  if (!settings.stop.empty()) body["stop"] = settings.stop;
  body.merge_patch(settings.extra);
  return canonical(body);
}

std::optional<std::int64_t> openai_completion_limit(const ChatSettings& settings) {
  const Json body = Json::parse(openai_chat_body({}, settings));
  std::optional<std::int64_t> limit;
  for (const char* const key : {"max_tokens", "max_completion_tokens"}) {
    if (!member(body, key).is_number()) continue;
    limit = std::max(limit.value_or(0), count_member(body, key));
  }
  if (limit) *limit *= std::max<std::int64_t>(1, count_member(body, "n"));
  return limit;
}

ChatReply parse_openai_chat(int status, const http::Headers& headers, const std::string& body) {
  const Json json = reply_json(body);
  if (const std::optional<Error> error = api_error(status, headers, body, json)) {
    return failed_reply(error->kind, error->message);
  }
  const Json& choices = member(json, "choices");
  if (!choices.is_array() || choices.empty()) {
    return failed_reply(ErrorKind::network, "The reply has no choices: " + quoted(body));
  }
  ChatReply reply = read_choice(choices.front());
  reply.model = text_member(json, "model");
  reply.usage = openai_usage(member(json, "usage"));
  return reply;
}

}  // namespace zopo::llm
