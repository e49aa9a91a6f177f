// Writes and reads the records of chats. Called by chat_call.cpp and for statistics.

#include "zopo/llm/stored_reply.h"

#include <fmt/core.h>

#include "llm/chat_reply.h"
#include "llm/json_reading.h"
#include "zopo/base/json.h"

namespace zopo::llm {
namespace {

std::string to_json(const std::string& text) { return canonical(Json(text)); }

std::string to_json(const Usage& usage) {
  return fmt::format("[{},{},{},{}]", usage.prompt_tokens, usage.completion_tokens,
                     usage.cached_tokens, usage.reasoning_tokens);
}

bool read_usage(const Json& json, Usage& usage) {
  if (!json.is_array() || json.size() != 4) return false;
  std::int64_t counts[4] = {};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!json[i].is_number_integer()) return false;
    counts[i] = json[i].get<std::int64_t>();
    if (counts[i] < 0) return false;
  }
  usage = {counts[0], counts[1], counts[2], counts[3]};
  return true;
}

Error unreadable(const std::string& what) {
  return {ErrorKind::data, "A stored reply is unreadable: " + what + "."};
}

}  // namespace

std::string to_payload(const StoredReply& reply) {
  std::string calls;
  for (const Usage& usage : reply.calls) calls += (calls.empty() ? "" : ",") + to_json(usage);
  const bool truncated = reply.state == ReplyState::truncated;
  return fmt::format(R"({{"f":{},"m":{},{}"t":{},"u":[{}]}})", to_json(reply.finish_reason),
                     to_json(reply.model), truncated ? R"("s":"truncated",)" : "",
                     to_json(reply.text), calls);
}

Result<StoredReply> from_payload(const std::string& payload) {
  const Json json = parse_json_of_others(payload);
  if (!json.is_object()) return unreadable("it is not a JSON object");
  for (const char* const key : {"f", "m", "t"}) {
    if (!member(json, key).is_string()) return unreadable(std::string("no text \"") + key + '"');
  }
  StoredReply reply;
  reply.finish_reason = text_member(json, "f");
  reply.model = text_member(json, "m");
  reply.text = text_member(json, "t");
  if (text_member(json, "s") == "truncated") reply.state = ReplyState::truncated;
  const Json& calls = member(json, "u");
  if (!calls.is_array() || calls.empty()) return unreadable("no usage \"u\"");
  for (const Json& call : calls) {
    reply.calls.emplace_back();
    if (!read_usage(call, reply.calls.back())) return unreadable("a usage is not four counts");
  }
  return reply;
}

}  // namespace zopo::llm
