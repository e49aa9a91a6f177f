#include "cli/bench_ending.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "zopo/report/bench_export.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {
namespace {

using nlohmann::json;

// Why the mean of one of them is too low: "the test score of zopo 0.7000 is under --fail-under
// 0.8".
std::optional<std::string> too_low(const json& methods,
                                   const char* figure,
                                   const char* what,
                                   double least) {
  for (const auto& [name, figures] : methods.items()) {
    const double mean = figures[figure];
    if (mean < least)
      return fmt::format("the mean {} of {} {:.4f} is under --fail-under {}", what, name, mean,
                         least);
  }
  return std::nullopt;
}

}  // namespace

void BenchEnding::add_to(CLI::App& command) {
  add_option(
      command, "--out", files_,
      "Write the results; the name ends in " + report::bench_export_kinds() + "; repeatable.")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_option(
      command, "--fail-under", fail_under_,
      "Exit 100 when a method's mean is lower: its test score on live tasks, its final value "
      "on landscapes.");
}

void BenchEnding::check() const {
  for (const std::filesystem::path& file : files_) {
    report::check_bench_export(file);
    store::require_writable(file);
  }
}

bool BenchEnding::needs_all_cells() const {
  for (const std::filesystem::path& file : files_) {
    if (report::needs_all_cells(file)) return true;
  }
  return fail_under_.has_value();
}

std::vector<report::Check> BenchEnding::checks(const bench::BenchReport& report) const {
  if (!fail_under_) return {};
  std::optional<std::string> missed =
      too_low(report.summary["live"], "test", "test score", *fail_under_);
  if (!missed) missed = too_low(report.summary["methods"], "final", "final value", *fail_under_);
  if (report.summary["ranks"].empty()) missed = "no whole cells to hold against --fail-under";
  return {{fmt::format("--fail-under {}", *fail_under_), missed}};
}

std::optional<Error> BenchEnding::write_files(const bench::BenchReport& report,
                                              const std::vector<report::Check>& held) const {
  std::optional<Error> first;
  for (const std::filesystem::path& file : files_) {
    try {
      report::export_bench(report.summary, file, held);
    } catch (const Failure& failure) {
      if (!first) first = failure.error();
    }
  }
  return first;
}

int BenchEnding::finish(const bench::BenchReport& report) const {
  if (report.ended_by) {
    const int code = code_of(*report.ended_by);
    return say_how_it_ended(code, report.ended_by->message, "the same command goes on"), code;
  }
  if (!report.is_part) bench::print_bench(report, std::cout);
  std::cout.flush();
  const std::vector<report::Check> held = checks(report);
  if (const auto unwritten = write_files(report, held)) {
    say_how_it_ended(code_of(*unwritten), unwritten->message, "the same command writes it again");
    return code_of(*unwritten);
  }
  for (const std::string& failure : report.failures) print_note("{}\n", failure);
  if (report.failed > 0) {
    say_how_it_ended(kIncomplete, fmt::format("{} of {} cells failed", report.failed, report.cells),
                     "the same command tries them again");
    return kIncomplete;
  }
  for (const report::Check& check : held) {
    if (check.missed) return say_how_it_ended(kThreshold, *check.missed, ""), kThreshold;
  }
  return kDone;
}

}  // namespace zopo::cli
