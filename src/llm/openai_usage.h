#pragma once
// Token counts as OpenAI's chat completions and embeddings have them, and everything compatible.

#include <nlohmann/json.hpp>

#include "zopo/llm/chat.h"

namespace zopo::llm {

Usage openai_usage(const nlohmann::json& usage);

}  // namespace zopo::llm
