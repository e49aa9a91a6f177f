#include "llm/any_usage.h"

#include <algorithm>

#include "llm/json_reading.h"
#include "llm/openai_usage.h"

namespace zopo::llm {
namespace {

bool is_free(std::int64_t status) {
  return status == 401 || status == 403 || status == 404 || status == 408 || status == 429 ||
         (status >= 500 && status < 600);
}

// OpenAI Responses and Anthropic.
Usage of_inputs_and_outputs(const Json& usage) {
  Usage read;
  read.cached_tokens = count_member(usage, "cache_read_input_tokens");
  read.prompt_tokens = count_member(usage, "input_tokens") + read.cached_tokens +
                       count_member(usage, "cache_creation_input_tokens");
  read.completion_tokens = count_member(usage, "output_tokens");
  return read;
}

Usage of_gemini(const Json& usage) {
  Usage read;
  read.prompt_tokens = count_member(usage, "promptTokenCount");
  read.reasoning_tokens = count_member(usage, "thoughtsTokenCount");
  read.completion_tokens = count_member(usage, "candidatesTokenCount") + read.reasoning_tokens;
  return read;
}

}  // namespace

Usage any_usage(const nlohmann::json& reply) {
  const Json& usage = member(reply, "usage");
  for (const Usage& read : {openai_usage(usage), of_inputs_and_outputs(usage),
                            of_gemini(member(reply, "usageMetadata"))}) {
    if (read != Usage{}) return read;
  }
  return {};
}

bool costs_nothing(int status, const nlohmann::json& reply) {
  if (status < 200 || status > 299) return is_free(status);
  const Json& error = member(reply, "error");
  return is_free(std::max(count_member(error, "code"), count_member(error, "status")));
}

}  // namespace zopo::llm
