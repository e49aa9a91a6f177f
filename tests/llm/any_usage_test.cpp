#include "llm/any_usage.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace zopo::llm {
namespace {

TEST(AnyUsage, TellsWhatWasReadFromTheCacheWhicheverProviderCountsIt) {
  const struct {
    const char* reply;
    Usage usage;  // prompt, completion, cached, reasoning
  } cases[] = {
      {R"({"usage": {"prompt_tokens": 9, "completion_tokens": 2,
                     "prompt_tokens_details": {"cached_tokens": 5}}})",
       {.prompt_tokens = 9, .completion_tokens = 2, .cached_tokens = 5}},
      {R"({"usage": {"input_tokens": 9, "output_tokens": 4,
                     "input_tokens_details": {"cached_tokens": 5},
                     "output_tokens_details": {"reasoning_tokens": 3}}})",
       {.prompt_tokens = 9, .completion_tokens = 4, .cached_tokens = 5, .reasoning_tokens = 3}},
      {R"({"usage": {"input_tokens": 4, "output_tokens": 2, "cache_read_input_tokens": 5}})",
       {.prompt_tokens = 9, .completion_tokens = 2, .cached_tokens = 5}},
      {R"({"usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 1,
                             "thoughtsTokenCount": 3, "cachedContentTokenCount": 5}})",
       {.prompt_tokens = 9, .completion_tokens = 4, .cached_tokens = 5, .reasoning_tokens = 3}},
      {R"({"error": {"code": 500}})", {}},
  };
  for (const auto& one : cases)
    EXPECT_EQ(any_usage(nlohmann::json::parse(one.reply)), one.usage) << one.reply;
}

}  // namespace
}  // namespace zopo::llm
