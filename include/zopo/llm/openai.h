#pragma once
// The wire format of OpenAI's chat completions and of everything compatible, as pure functions.
// Source: OpenAI API reference, "Create chat completion" and "Error codes"; the departures of
// llama.cpp, vLLM, Ollama, OpenRouter, DeepSeek and Azure that are known.

#include <cstdint>
#include <optional>
#include <string>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"

namespace zopo::llm {

// Throws Failure{config} unless extra is an object without model, messages, stream and n, which
// would change what a reply means.
void check_openai_chat(const ChatSettings& settings);

// The canonical body: keys sorted, no white space, invalid UTF-8 replaced. Equal requests give
// equal bytes.
std::string openai_chat_body(const ChatRequest& request, const ChatSettings& settings);

// The most completion tokens that a request may cost; nothing when it has no limit.
std::optional<std::int64_t> openai_completion_limit(const ChatSettings& settings);

// The reply to one request:
//   ok         text; a refusal is one too: its words are the answer that the model gave
//   truncated  finish reason length; or no text although finished, finish_reason says which
//   error      auth: 401, 403. network (asking again may help): the statuses of is_retryable(), a
//              body that is not the JSON of a completion, such as an HTML page, finish reason
//              error. api: other statuses, exhausted quota, a redirect, content filter, tool calls.
// An error object in a reply of status 200 counts as its own numeric code says. The message quotes
// the server, cut short. usage is 0 where the reply has none.
ChatReply parse_openai_chat(int status, const http::Headers& headers, const std::string& body);

}  // namespace zopo::llm
