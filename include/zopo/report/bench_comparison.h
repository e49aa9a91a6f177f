#pragma once
// `zopo compare A B` of two benches: method by method, paired over the cells that both have, from
// their summaries alone.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "zopo/task/statistics.h"

namespace zopo::report {

struct MethodComparison {
  std::string method;
  std::int64_t cells = 0;             // that both have done
  double a = 0, b = 0;                // mean scores on them
  task::Interval a_ci, b_ci;          // 95 %
  task::PairedDifference difference;  // b minus a, over the cells
};

struct BenchComparison {
  std::vector<MethodComparison> methods;  // those with cells in both, by name
  // Cells done in only one of the two: "zopo, seed 3, on navigate/model".
  std::vector<std::string> only_a, only_b;
};

// Equal cells are those of the same landscape or task, model, settings, method and seed; what the
// task says may differ: that is what a comparison is for. A cell's score is its test score, or its
// final value on a landscape.
BenchComparison compare_benches(const nlohmann::json& a, const nlohmann::json& b);

// {"methods": {NAME: {"cells", "a", "a_ci", "b", "b_ci", "difference": {..}}}, "only_a": [..],
// "only_b": [..]}
nlohmann::json to_json(const BenchComparison& comparison);
std::string summary_text(const BenchComparison& comparison);

}  // namespace zopo::report
