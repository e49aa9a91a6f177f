#pragma once
// Token counts as each provider has them. What is missing reads as 0; cached and reasoning tokens
// are parts of the prompt's and the completion's.

#include <nlohmann/json_fwd.hpp>

#include "zopo/llm/chat.h"

namespace zopo::llm {

// OpenAI's chat completions and embeddings, and everything compatible.
Usage openai_usage(const nlohmann::json& usage);
// OpenAI's Responses.
Usage responses_usage(const nlohmann::json& usage);
// Anthropic counts what it read from its cache, or wrote into it, beside "input_tokens".
Usage anthropic_usage(const nlohmann::json& usage);
// Gemini's "usageMetadata"; it counts thoughts beside the candidates' tokens.
Usage gemini_usage(const nlohmann::json& usage);

}  // namespace zopo::llm
