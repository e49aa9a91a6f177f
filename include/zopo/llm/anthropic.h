#pragma once
// The wire format of Anthropic's Messages API, as pure functions. Source: Claude API reference,
// "Create a Message", "Errors", "Handling stop reasons".

#include <cstdint>
#include <optional>
#include <string>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"

namespace zopo::llm {

// Throws Failure{config} when there is no max_tokens, when there is a seed, which this API does not
// know, and when extra is no object or sets messages, model, stream or system.
void check_anthropic(const ChatSettings& settings);

// Canonical, as openai_chat_body(). System and developer messages become "system", in order, with
// an empty line between them.
std::string anthropic_body(const ChatRequest& request, const ChatSettings& settings);

std::optional<std::int64_t> anthropic_completion_limit(const ChatSettings& settings);

// In the sense of parse_openai_chat(). Stop reasons max_tokens and model_context_window_exceeded
// are truncated; refusal is an error: a classifier took the answer away. Thinking is no text. Here
// "input_tokens" leaves out what was read from or written to the prompt cache; usage counts it in.
ChatReply parse_anthropic(int status, const http::Headers& headers, const std::string& body);

}  // namespace zopo::llm
