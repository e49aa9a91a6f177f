#pragma once
// `zopo compare A B`: two finished runs side by side, from their directories alone, with a paired
// test on the test examples that both winners answered.

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "zopo/report/run_result.h"

namespace zopo::report {

// What one run directory says of its winner.
struct FinishedRun {
  std::filesystem::path directory;
  nlohmann::json result;  // result.json
  // The winner's test scores, by the example's key in manifest.json and, where the test holds the
  // same example more than once, which of them it is.
  std::map<std::pair<std::string, int>, double> test_scores;

  std::optional<Score> test() const;
};

// Throws Failure{usage} for what is no run, Failure{data} for one without a readable result.
FinishedRun load_run(const std::filesystem::path& directory);

struct Comparison {
  FinishedRun a, b;
  std::int64_t shared_examples = 0;
  std::optional<task::PairedDifference> test_difference;  // b minus a; nothing without shared ones
};
Comparison compare(FinishedRun a, FinishedRun b);

// {"a": {"run", "task", "method", "seed", "prompt", "dev", "test", "calls"}, "b": {..},
// "shared_test_examples", "test_difference": {.., "verdict"} or null}
nlohmann::json to_json(const Comparison& comparison);
std::string summary_text(const Comparison& comparison);

}  // namespace zopo::report
