#pragma once
// The wire format of OpenAI's Responses, as pure functions. Source: OpenAI API reference, "Create a
// model response" and "The response object".

#include <cstdint>
#include <optional>
#include <string>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"

namespace zopo::llm {

// Throws Failure{config} when there is a seed or stop, which this API does not know, and when extra
// is no object or sets input, model, stream or background.
void check_openai_responses(const ChatSettings& settings);

// Canonical, as openai_chat_body(). The provider is told not to keep the response.
std::string openai_responses_body(const ChatRequest& request, const ChatSettings& settings);

std::optional<std::int64_t> openai_responses_completion_limit(const ChatSettings& settings);

// In the sense of parse_openai_chat(). Status incomplete is truncated (max_output_tokens) or an
// error (content_filter); status failed is an error, to be asked again where its code says so.
ChatReply parse_openai_responses(int status, const http::Headers& headers, const std::string& body);

}  // namespace zopo::llm
