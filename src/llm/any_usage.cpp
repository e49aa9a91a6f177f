// Looks for token counts wherever a reply may hold them. Called for replies that are no answers.

#include "llm/any_usage.h"

#include <algorithm>

#include "llm/json_reading.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

bool is_free(std::int64_t status) {
  return status == 401 || status == 403 || status == 404 || status == 408 || status == 429 ||
         (status >= 500 && status < 600);
}

}  // namespace

Usage any_usage(const nlohmann::json& reply) {
  const Json& usage = member(reply, "usage");
  const bool is_responses = !member(usage, "input_tokens_details").is_null();
  for (const Usage& read :
       {openai_usage(usage), is_responses ? responses_usage(usage) : anthropic_usage(usage),
        gemini_usage(member(reply, "usageMetadata"))}) {
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
