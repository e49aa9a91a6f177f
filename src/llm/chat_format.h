#pragma once
// One provider's chat completions as pure functions, and the table of them all. A new provider is
// one file with these functions and one line in that table.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "llm/credentials.h"
#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"
#include "zopo/llm/endpoint.h"

namespace zopo::llm {

struct ChatFormat {
  std::string name;
  EndpointDefaults defaults;
  KeyHeader key_header;
  http::Headers headers;  // besides the key and the content type
  std::string (*url)(const EndpointSettings& endpoint, const std::string& model);
  void (*check)(const ChatSettings& settings);  // throws Failure{config}
  // Canonical: equal requests give equal bytes.
  std::string (*body)(const ChatRequest& request, const ChatSettings& settings);
  // The most completion tokens of one reply, if there is a limit.
  std::optional<std::int64_t> (*completion_limit)(const ChatSettings& settings);
  // In the sense of parse_openai_chat().
  ChatReply (*parse)(int status, const http::Headers& headers, const std::string& body);
};

const std::vector<ChatFormat>& chat_formats();
// Throws Failure{config}, naming those that there are.
const ChatFormat& chat_format(const std::string& provider);

}  // namespace zopo::llm
