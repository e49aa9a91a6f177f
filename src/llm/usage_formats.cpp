// Reads each provider's token counts. Called by their parsers and by any_usage.cpp.

#include "llm/usage_formats.h"

#include <algorithm>

#include "llm/json_reading.h"

namespace zopo::llm {

Usage openai_usage(const Json& usage) {
  Usage read;
  read.prompt_tokens = count_member(usage, "prompt_tokens");
  read.completion_tokens = count_member(usage, "completion_tokens");
  const std::int64_t cached =
      std::max(count_member(member(usage, "prompt_tokens_details"), "cached_tokens"),
               count_member(usage, "prompt_cache_hit_tokens"));  // DeepSeek
  read.cached_tokens = std::min(cached, read.prompt_tokens);
  read.reasoning_tokens =
      std::min(count_member(member(usage, "completion_tokens_details"), "reasoning_tokens"),
               read.completion_tokens);
  return read;
}

Usage responses_usage(const Json& usage) {
  Usage read;
  read.prompt_tokens = count_member(usage, "input_tokens");
  read.completion_tokens = count_member(usage, "output_tokens");
  read.cached_tokens = std::min(
      count_member(member(usage, "input_tokens_details"), "cached_tokens"), read.prompt_tokens);
  read.reasoning_tokens =
      std::min(count_member(member(usage, "output_tokens_details"), "reasoning_tokens"),
               read.completion_tokens);
  return read;
}

Usage anthropic_usage(const Json& usage) {
  Usage read;
  read.cached_tokens = count_member(usage, "cache_read_input_tokens");
  read.prompt_tokens = count_member(usage, "input_tokens") + read.cached_tokens +
                       count_member(usage, "cache_creation_input_tokens");
  read.completion_tokens = count_member(usage, "output_tokens");
  const std::int64_t thinking =
      count_member(member(usage, "output_tokens_details"), "thinking_tokens");
  read.reasoning_tokens = std::min(thinking, read.completion_tokens);
  return read;
}

Usage gemini_usage(const Json& usage) {
  Usage read;
  read.prompt_tokens = count_member(usage, "promptTokenCount");
  read.cached_tokens = std::min(count_member(usage, "cachedContentTokenCount"), read.prompt_tokens);
  read.reasoning_tokens = count_member(usage, "thoughtsTokenCount");
  read.completion_tokens = count_member(usage, "candidatesTokenCount") + read.reasoning_tokens;
  return read;
}

}  // namespace zopo::llm
