// Bodies for OpenAI's Responses and what its replies say. Called by way of chat_format.cpp's
// table.

#include "zopo/llm/openai_responses.h"

#include <fmt/core.h>

#include <algorithm>

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/event_stream.h"
#include "llm/json_reading.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

// The texts, or else the refusals, of the messages among the output.
std::string responses_text(const Json& output, const char* type, const char* key) {
  std::string text;
  for (const Json& item : output) {
    const Json& content = member(item, "content");
    if (text_member(item, "type") != "message" || !content.is_array()) continue;
    for (const Json& part : content) {
      if (text_member(part, "type") == type) text += text_member(part, key);
    }
  }
  return text;
}

bool has_call(const Json& output) {
  return std::any_of(output.begin(), output.end(),
                     [](const Json& item) { return text_member(item, "type").ends_with("_call"); });
}

// The details' reason where it is incomplete, else the status.
std::string finish_reason_of(const Json& json) {
  const std::string reason = text_member(member(json, "incomplete_details"), "reason");
  return reason.empty() ? text_member(json, "status") : reason;
}

Ending responses_ending(const std::string& finish_reason, const Json& output) {
  if (finish_reason == "content_filter") return Ending::filtered;
  if (finish_reason == "cancelled") return Ending::broken_off;
  if (is_cut(finish_reason) || finish_reason == "incomplete") return Ending::cut;
  return has_call(output) ? Ending::tool_call : Ending::finished;
}

ChatReply failed(const Json& error) {
  const std::string code = text_member(error, "code");
  const bool again = code == "server_error" || code == "rate_limit_exceeded" || code.empty();
  return failed_reply(again ? ErrorKind::network : ErrorKind::api,
                      fmt::format("The response failed ({}): {}.", make_valid_utf8(code),
                                  quoted(text_member(error, "message"))));
}

}  // namespace

void check_openai_responses(const ChatSettings& settings) {
  check_extra(settings.extra);
  if (settings.seed) refuse_setting("seed", "openai-responses");
  if (!settings.stop.empty()) refuse_setting("stop", "openai-responses");
}

std::string openai_responses_body(const ChatRequest& request, const ChatSettings& settings) {
  Json body = {{"model", settings.model}, {"input", Json::array()}, {"store", false}};
  for (const Message& message : request.messages) {
    body["input"].push_back({{"role", message.role}, {"content", message.content}});
  }
  if (settings.temperature) body["temperature"] = *settings.temperature;
  if (settings.max_tokens) body["max_output_tokens"] = *settings.max_tokens;
  if (settings.top_p) body["top_p"] = *settings.top_p;
  body.merge_patch(settings.extra);
  return canonical(body);
}

std::optional<std::int64_t> openai_responses_completion_limit(const ChatSettings& settings) {
  const Json body = Json::parse(openai_responses_body({}, settings));
  if (!member(body, "max_output_tokens").is_number()) return std::nullopt;
  return count_member(body, "max_output_tokens");
}

ChatReply parse_openai_responses(int status,
                                 const http::Headers& headers,
                                 const std::string& body) {
  const Json json = reply_json(body);
  if (status == 200 && text_member(json, "status") == "failed")
    return failed(member(json, "error"));
  if (const std::optional<Error> error = api_error(status, headers, body, json)) {
    return failed_reply(error->kind, error->message);
  }
  const Json& output = member(json, "output");
  if (!output.is_array()) {
    return failed_reply(ErrorKind::network, "The reply has no output: " + quoted(body));
  }
  ChatReply reply;
  reply.text = responses_text(output, "output_text", "text");
  if (reply.text.empty()) reply.text = responses_text(output, "refusal", "refusal");
  reply.finish_reason = finish_reason_of(json);
  reply.model = text_member(json, "model");
  reply.usage = responses_usage(member(json, "usage"));
  judge(responses_ending(reply.finish_reason, output), reply);
  return reply;
}

}  // namespace zopo::llm
