#pragma once
// How a command with the cells of a bench ends: its table, the files of --out, --fail-under, and
// the exit code.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/bench/bench.h"
#include "zopo/report/export.h"

namespace zopo::cli {

class BenchEnding {
 public:
  void add_to(CLI::App& command);
  // Throws Failure{usage} for a file of no kind, Failure{data} for a place that cannot be written.
  void check() const;
  // Is there a file that a shard's cells do not make?
  bool needs_all_cells() const;
  // Prints, writes, says how it ended; the exit code.
  int finish(const bench::BenchReport& report) const;

 private:
  std::vector<report::Check> checks(const bench::BenchReport& report) const;
  // All it can; the first error.
  std::optional<Error> write_files(const bench::BenchReport& report,
                                   const std::vector<report::Check>& held) const;

  std::vector<std::filesystem::path> files_;
  std::optional<double> fail_under_;
};

}  // namespace zopo::cli
