#pragma once
// Replies of a chat endpoint: the first byte chooses the status, the rest is the body.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

using ParseReply = ChatReply (*)(int status, const http::Headers& headers, const std::string& body);

inline int fuzz_chat_reply(ParseReply parse, const std::uint8_t* data, std::size_t size) {
  static constexpr int kStatuses[] = {200, 200, 200, 200, 301, 400, 401, 404, 429, 500, 503};
  if (size == 0) return 0;
  const int status = kStatuses[data[0] % 11];
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ChatReply reply = parse(status, {}, body);
  const bool is_error = reply.state == ReplyState::error;
  if (is_error == reply.error.message.empty()) std::abort();
  if (status != 200 && !is_error) std::abort();
  if (reply.state == ReplyState::ok && reply.text.empty()) std::abort();
  if (reply.usage.cached_tokens > reply.usage.prompt_tokens) std::abort();
  if (reply.usage.reasoning_tokens > reply.usage.completion_tokens) std::abort();
  return 0;
}

}  // namespace zopo::llm
