#pragma once
// The wire format of Gemini's generateContent, as pure functions. Source: Gemini API reference,
// "models.generateContent", "FinishReason", "UsageMetadata" and "Troubleshooting".

#include <cstdint>
#include <optional>
#include <string>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"

namespace zopo::llm {

// Throws Failure{config} when extra is no object, sets contents, model or systemInstruction, or
// asks for several candidates.
void check_gemini(const ChatSettings& settings);

// Canonical, as openai_chat_body(). System and developer messages become "systemInstruction".
std::string gemini_body(const ChatRequest& request, const ChatSettings& settings);

std::optional<std::int64_t> gemini_completion_limit(const ChatSettings& settings);

// In the sense of parse_openai_chat(). Finish reason MAX_TOKENS is truncated; SAFETY and its like,
// and a blocked prompt, are errors, for the answer was withheld; OTHER is asked again. Thoughts are
// no text. Here "candidatesTokenCount" leaves the thoughts out; usage counts them in.
ChatReply parse_gemini(int status, const http::Headers& headers, const std::string& body);

// "gemini-x" -> "models/gemini-x"; a name that has a "/" stays as it is.
std::string gemini_resource(const std::string& model);

}  // namespace zopo::llm
