// The table of a bench's summary.
#include <fmt/format.h>

#include <ostream>

#include "bench/summary.h"

namespace zopo::bench {
namespace {

using nlohmann::json;

std::string pair_of(const std::string& a, const std::string& b) { return a + "-vs-" + b; }

std::string interval_text(const json& ci) {
  return fmt::format("[{:.3f}, {:.3f}]", ci[0].get<double>(), ci[1].get<double>());
}

std::string difference_text(const json& value, const json& ci) {
  return fmt::format("   {:+.3f} [{:+.3f}, {:+.3f}]", value.get<double>(), ci[0].get<double>(),
                     ci[1].get<double>());
}

void print_landscapes(const json& summary, const BenchMatrix& matrix, std::ostream& table) {
  const std::string& first = matrix.methods.front().name;
  table << fmt::format("{} landscapes; 0 = median prompt, 1 = best prompt; 95 % intervals\n\n",
                       summary["landscapes"].get<std::size_t>());
  table << fmt::format("{:<24} {:>6} {:>16} {:>7} {:>7} {:>7}   {}\n", "method", "auc", "interval",
                       "final", "rounds", "tried", "auc difference of " + first);
  for (const BenchMethod& method : matrix.methods) {
    const json& f = summary["methods"][method.name];
    table << fmt::format("{:<24} {:>6.3f} {:>16} {:>7.3f} {:>7.1f} {:>7.1f}", method.name,
                         f["auc"].get<double>(), interval_text(f["auc_ci"]),
                         f["final"].get<double>(), f["rounds"].get<double>(),
                         f["candidates_tried"].get<double>());
    if (method.name != first) {
      const json& p = summary["paired"][pair_of(first, method.name)];
      table << difference_text(p["auc_difference"], p["ci"]);
    }
    table << "\n";
  }
}

void print_variants(const json& summary, const BenchMatrix& matrix, std::ostream& table) {
  for (const std::string& name : matrix.variants()) {
    const json& variant = summary["variants"][name];
    if (variant["landscapes"] == 0) continue;
    table << name << ": ";
    print_landscapes(variant, matrix, table);
    table << "\n";
  }
}

void print_live(const json& summary, const BenchMatrix& matrix, std::ostream& table) {
  const std::string& first = matrix.methods.front().name;
  table << fmt::format("{} tasks with model and settings; test score of the winner\n\n",
                       summary["tasks"].get<std::size_t>());
  table << fmt::format("{:<24} {:>6} {:>16} {:>9} {:>10} {:>9}   {}\n", "method", "test",
                       "interval", "calls", "tokens", "usd", "difference of " + first);
  for (const BenchMethod& method : matrix.methods) {
    const json& f = summary["live"][method.name];
    table << fmt::format("{:<24} {:>6.3f} {:>16} {:>9.1f} {:>10.1f} {:>9}", method.name,
                         f["test"].get<double>(), interval_text(f["test_ci"]),
                         f["calls"].get<double>(), f["tokens"].get<double>(),
                         f["usd"].is_null() ? "-" : fmt::format("{:.4f}", f["usd"].get<double>()));
    if (method.name != first) {
      const json& p = summary["live_paired"][pair_of(first, method.name)];
      table << difference_text(p["test_difference"], p["ci"]);
    }
    table << "\n";
  }
}

void print_ranks(const json& summary, const BenchMatrix& matrix, std::ostream& table) {
  table << "\naverage rank:";
  for (const BenchMethod& method : matrix.methods)
    table << fmt::format("  {} {:.2f}", method.name, summary["ranks"][method.name].get<double>());
  table << "\n";
  for (const json& group : summary["comparison"]["groups"]) {
    table << "no difference (Wilcoxon, Holm):";
    for (const json& name : group) table << " " << name.get<std::string>();
    table << "\n";
  }
}

// rho(tau): in what share of the comparisons a method is no more than tau behind the best of all.
void print_profile(const json& summary, const BenchMatrix& matrix, std::ostream& table) {
  const json& taus = summary["profile"]["tau"];
  constexpr std::size_t kPositions[] = {0, 1, 2, 4, 6, 8, 12, 16, 24};
  table << "\nperformance profile: share of the comparisons at most tau behind the best method\n\n"
        << fmt::format("{:<24}", "tau");
  for (const std::size_t at : kPositions) table << fmt::format(" {:>6.3f}", taus[at].get<double>());
  table << "\n";
  for (const BenchMethod& method : matrix.methods) {
    table << fmt::format("{:<24}", method.name);
    const json& shares = summary["profile"]["share"][method.name];
    for (const std::size_t at : kPositions)
      table << fmt::format(" {:>6.2f}", shares[at].get<double>());
    table << "\n";
  }
}

}  // namespace

void print_table(const json& summary, const BenchMatrix& matrix, std::ostream& table) {
  const bool landscapes = summary["landscapes"] != 0, live = summary["tasks"] != 0;
  if (summary.contains("variants")) print_variants(summary, matrix, table);
  if (landscapes && !summary.contains("variants")) print_landscapes(summary, matrix, table);
  if (landscapes && live) table << "\n";
  if (live) print_live(summary, matrix, table);
  if ((!landscapes && !live) || matrix.methods.size() < 2) return;
  print_ranks(summary, matrix, table);
  print_profile(summary, matrix, table);
}

}  // namespace zopo::bench
