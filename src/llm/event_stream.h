#pragma once
// Replies of servers that stream whether asked to or not: server-sent events, put together to the
// JSON that the same API returns without streaming. OpenAI's chunks and Responses, Anthropic's and
// Gemini's events.

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace zopo::llm {

// Does body consist of server-sent events? No JSON looks like it.
bool is_event_stream(const std::string& body);

// The reply as JSON, streamed or not; discarded (is_discarded()) when it is neither. A stream that
// ends before its end has "finish_reason": "error", so that it is asked for again; an error among
// the events is the reply.
nlohmann::json reply_json(const std::string& body);

}  // namespace zopo::llm
