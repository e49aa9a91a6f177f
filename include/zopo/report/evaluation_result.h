#pragma once
// What `zopo evaluate` found, as its result.json says it and as a person reads it. Nothing in it
// depends on the clock, the machine or the concurrency.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/report/run_result.h"

namespace zopo::report {

struct EvaluatedPrompt {
  std::string prompt;
  std::optional<Score> score;  // nothing when it was not come to
};

struct EvaluationResult {
  std::string task, split;
  std::vector<EvaluatedPrompt> prompts;
  // The first prompt minus each of the others, in order, where both have answers of one example.
  std::vector<std::optional<task::PairedDifference>> differences;
  std::vector<std::string> warnings;
  RunUsage usage;
  std::int64_t errors = 0, truncated = 0;
};

// {"task", "split", "prompts": [{"prompt", "score", "ci", "n", "error", "truncated"}],
// "differences":
// [{"first": 0, "second": 1, "value", "ci", "p_value", "significant", "verdict"}], "warnings",
// "usage", "errors"}
nlohmann::json to_json(const EvaluationResult& result);

// One line a prompt, then one a difference.
std::string summary_text(const EvaluationResult& result);

}  // namespace zopo::report
