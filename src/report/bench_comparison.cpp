// Compares two benches from their summaries. Called by zopo compare.

#include "zopo/report/bench_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "report/bench_files.h"
#include "report/json_parts.h"

namespace zopo::report {
namespace {

using nlohmann::json;

struct ComparedCell {
  std::string label;
  double score = 0;
};
// By method, then by what else makes a cell.
using ComparedCells = std::map<std::string, std::map<std::string, ComparedCell>>;

ComparedCells cells_of(const json& summary) {
  ComparedCells cells;
  for (const json& cell : summary.at("cells")) {
    const auto score = value_at<double>(cell, "/score");
    const auto method = value_at<std::string>(cell, "/method");
    if (!score || !method || !cell.contains("seed")) continue;
    const std::string subject = subject_of(cell), seed = cell["seed"].dump();
    const std::string kind = value_at<std::string>(cell, "/kind").value_or("");
    cells[*method][fmt::format("{}\n{}\n{}", kind, subject, seed)] = {
        fmt::format("{}, seed {}, on {}", *method, seed, subject), *score};
  }
  return cells;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The interval of the mean of one side's cells: Wilson's where scores are shares.
task::Interval interval_of(const std::vector<double>& values) {
  for (const double value : values) {
    if (value < 0 || value > 1) {
      const std::vector<double> zeros(values.size());
      return task::paired_difference(values, zeros).ci;
    }
  }
  return task::mean_interval(values);
}

void take_common(const std::string& method,
                 const std::map<std::string, ComparedCell>& a,
                 const std::map<std::string, ComparedCell>& b,
                 BenchComparison& comparison) {
  std::vector<double> left, right;
  for (const auto& [key, cell] : a) {
    const auto other = b.find(key);
    if (other == b.end()) {
      comparison.only_a.push_back(cell.label);
      continue;
    }
    left.push_back(cell.score);
    right.push_back(other->second.score);
  }
  for (const auto& [key, cell] : b) {
    if (!a.contains(key)) comparison.only_b.push_back(cell.label);
  }
  if (left.empty()) return;
  comparison.methods.push_back({method, static_cast<std::int64_t>(left.size()), mean(left),
                                mean(right), interval_of(left), interval_of(right),
                                task::paired_difference(right, left)});
}

std::string named(const std::vector<std::string>& cells, const char* where) {
  constexpr std::size_t kNamed = 5;
  if (cells.empty()) return "";
  std::string text = fmt::format("{} cells only in {}:", cells.size(), where);
  for (std::size_t i = 0; i < std::min(kNamed, cells.size()); ++i) text += "\n  " + cells[i];
  return text + (cells.size() > kNamed ? "\n  ..\n" : "\n");
}

}  // namespace

BenchComparison compare_benches(const json& a, const json& b) {
  BenchComparison comparison;
  ComparedCells left = cells_of(a), right = cells_of(b);
  for (const auto& [method, cells] : right) left[method];  // so that one loop meets all
  for (const auto& [method, cells] : left) take_common(method, cells, right[method], comparison);
  return comparison;
}

json to_json(const BenchComparison& comparison) {
  json methods = json::object();
  for (const MethodComparison& method : comparison.methods) {
    methods[method.method] = {{"cells", method.cells},
                              {"a", method.a},
                              {"a_ci", {method.a_ci.low, method.a_ci.high}},
                              {"b", method.b},
                              {"b_ci", {method.b_ci.low, method.b_ci.high}},
                              {"difference", to_json(std::optional(method.difference))}};
  }
  return {{"methods", std::move(methods)},
          {"only_a", comparison.only_a},
          {"only_b", comparison.only_b}};
}

std::string summary_text(const BenchComparison& comparison) {
  std::string text;
  for (const MethodComparison& method : comparison.methods) {
    text += fmt::format("{}: A {:.3f}, B {:.3f} on {} cells; {}\n", method.method, method.a,
                        method.b, method.cells, describe(method.difference, "A"));
  }
  if (comparison.methods.empty()) text += "no cell stands in both\n";
  return text + named(comparison.only_a, "A") + named(comparison.only_b, "B");
}

}  // namespace zopo::report
