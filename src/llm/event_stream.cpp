// Puts a stream of events together to one reply. Called by every provider's parser.

#include "llm/event_stream.h"

#include <string_view>
#include <utility>
#include <vector>

#include "llm/json_reading.h"
#include "llm/lenient_json.h"

namespace zopo::llm {
namespace {

struct Events {
  std::vector<Json> data;  // of each event; what is not JSON is left out
  bool done = false;       // "[DONE]" came
};

Events events_in(std::string_view body) {
  Events events;
  std::string data;
  const auto end_event = [&] {
    if (trim(data) == "[DONE]") events.done = true;
    Json json = data.empty() ? Json() : lenient_json(data);
    if (json.is_object()) events.data.push_back(std::move(json));
    data.clear();
  };
  for (std::string_view line : split_lines(body)) {
    if (line.empty()) {
      end_event();
    } else if (line.starts_with("data:")) {
      line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
      if (!data.empty()) data += '\n';
      data += line;
      // Some servers leave out the empty line between two events.
      if (trim(data) == "[DONE]" || lenient_json(data).is_object()) end_event();
    }
  }
  end_event();
  return events;
}

void append_text(const Json& from, const char* key, Json& to) {
  const std::string more = text_member(from, key);
  if (!more.empty()) to[key] = text_member(to, key) + more;
}

void take(const Json& from, const char* key, Json& to) {
  const Json& value = member(from, key);
  if (!value.is_null()) to[key] = value;
}

// Chunks of chat completions: what belongs together of the first choice.
Json whole_completion(const Events& events) {
  Json whole = Json::object(), message = {{"role", "assistant"}, {"content", ""}},
       choice = {{"index", 0}};
  for (const Json& chunk : events.data) {
    take(chunk, "model", whole);
    take(chunk, "usage", whole);
    const Json& choices = member(chunk, "choices");
    if (!choices.is_array() || choices.empty()) continue;
    const Json& first = choices.front();
    const Json& delta = member(first, member(first, "delta").is_object() ? "delta" : "message");
    for (const char* const key : {"content", "refusal", "reasoning_content", "reasoning"})
      append_text(delta, key, message);
    take(delta, "tool_calls", message);
    take(first, "finish_reason", choice);
  }
  if (!choice.contains("finish_reason") && !events.done) choice["finish_reason"] = "error";
  choice["message"] = std::move(message);
  whole["choices"] = Json::array({std::move(choice)});
  return whole;
}

// Anthropic's events, between message_start and message_delta.
Json whole_message(const Events& events) {
  Json whole = Json::object(), blocks = Json::array();
  std::string text;
  for (const Json& event : events.data) {
    const std::string type = text_member(event, "type");
    if (type == "message_start") whole = member(event, "message");
    if (type == "content_block_start" &&
        text_member(member(event, "content_block"), "type") != "text")
      blocks.push_back(member(event, "content_block"));
    if (type == "content_block_delta") text += text_member(member(event, "delta"), "text");
    if (type != "message_delta" || !whole.is_object()) continue;
    take(member(event, "delta"), "stop_reason", whole);
    const Json& usage = member(event, "usage");
    if (usage.is_object()) {
      Json sum = member(whole, "usage").is_object() ? whole["usage"] : Json::object();
      sum.update(usage);
      whole["usage"] = sum;
    }
  }
  if (!whole.is_object()) whole = Json::object();
  if (member(whole, "stop_reason").is_null())
    return {{"error", {{"message", "The stream ended before its end."}}}};
  blocks.push_back({{"type", "text"}, {"text", text}});
  whole["content"] = std::move(blocks);
  return whole;
}

Json whole_candidates(const Events& events) {
  Json whole = Json::object(), parts = Json::array(), candidate = Json::object();
  for (const Json& event : events.data) {
    for (const char* const key : {"usageMetadata", "modelVersion", "promptFeedback"})
      take(event, key, whole);
    const Json& candidates = member(event, "candidates");
    if (!candidates.is_array() || candidates.empty()) continue;
    take(candidates.front(), "finishReason", candidate);
    const Json& more = member(member(candidates.front(), "content"), "parts");
    if (more.is_array()) parts.insert(parts.end(), more.begin(), more.end());
  }
  if (!candidate.contains("finishReason")) candidate["finishReason"] = "OTHER";
  candidate["content"] = {{"parts", std::move(parts)}};
  whole["candidates"] = Json::array({std::move(candidate)});
  return whole;
}

Json whole_of(const Events& events) {
  if (events.data.empty()) return Json(Json::value_t::discarded);
  for (const Json& event : events.data) {
    if (!member(event, "error").is_null()) return event;
    const std::string type = text_member(event, "type");
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed")
      return member(event, "response");
  }
  const Json& first = events.data.front();
  const std::string type = text_member(first, "type");
  if (type.starts_with("response."))
    return {{"error", {{"message", "The stream ended before its end."}}}};
  if (first.contains("candidates")) return whole_candidates(events);
  const bool is_anthropic = type == "message_start" || type == "ping";
  return is_anthropic ? whole_message(events) : whole_completion(events);
}

}  // namespace

bool is_event_stream(const std::string& body) {
  const std::string_view start = trim(std::string_view(body).substr(0, 200));
  return start.starts_with("data:") || start.starts_with("event:") || start.starts_with(":") ||
         start.starts_with("id:") || start.starts_with("retry:");
}

nlohmann::json reply_json(const std::string& body) {
  return is_event_stream(body) ? whole_of(events_in(body)) : lenient_json(body);
}

}  // namespace zopo::llm
