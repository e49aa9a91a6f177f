#pragma once
// Progress of a bench on stderr: cells, spending and time left.

#include <optional>
#include <string>

#include "cli/live_line.h"
#include "cli/progress.h"
#include "zopo/bench/bench.h"

namespace zopo::cli {

// One line that fits into width columns; the least important parts go first.
std::string bench_line(const bench::BenchProgress& progress, std::size_t width);

class BenchPrinter {
 public:
  explicit BenchPrinter(ProgressKind kind);
  // One caller at a time. Plain lines come every few seconds, JSON Lines when a cell begins or
  // ends.
  void show(const bench::BenchProgress& progress);
  void clear();

 private:
  ProgressKind kind_;
  double last_print_ = 0;
  std::string last_cells_;
  std::optional<LiveLine> live_;  // of kind bar
};

}  // namespace zopo::cli
