#include "llm/openai_usage.h"

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

}  // namespace zopo::llm
