#pragma once
// What came of a bench's cells, and the folder that keeps it:
//
//   DIR/bench.json                  the matrix
//   DIR/cells/3f/live-3f../cell.json
//   DIR/cells/3f/live-3f../run/     of a live cell: the run's directory
//   DIR/responses.db                the responses that live cells share

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/matrix.h"
#include "bench/search.h"
#include "zopo/base/error.h"
#include "zopo/task/statistics.h"

namespace zopo::bench {

// What a run of a live cell found and needed, whoever paid.
struct LiveFigures {
  struct Score {
    double score = 0;
    task::Interval ci;
    std::int64_t n = 0;
  };
  std::optional<Score> dev, test, baseline_test;
  std::string prompt, stopped;
  std::int64_t calls = 0, prompt_tokens = 0, completion_tokens = 0;
  std::optional<double> usd;
};

struct CellRecord {
  BenchRun run;                     // of a landscape
  std::optional<LiveFigures> live;  // else
  std::optional<Error> error;       // why there is neither
  int attempts = 1;

  bool is_done() const { return !error; }
  // On what its methods are compared: the final value on a landscape, the winner's test score, or
  // its dev score where there is no test. Requires is_done().
  double score() const;
};

// What the cell is worth, the same whoever ran it; and how it was run beside it.
nlohmann::json to_json(const CellRecord& record);
// Nothing for what is no record.
std::optional<CellRecord> record_of(const nlohmann::json& text);

class CellFolder {
 public:
  // Makes DIR with the matrix, or takes it on. Throws Failure{usage} where it holds another bench,
  // Failure{data} where it cannot be written.
  CellFolder(std::filesystem::path directory, const BenchMatrix& matrix);
  // One that is there. Throws Failure{usage} for what is no bench directory.
  static CellFolder open(const std::filesystem::path& directory);

  const std::filesystem::path& path() const { return directory_; }
  const BenchMatrix& matrix() const { return matrix_; }
  std::filesystem::path directory_of(const Cell& cell) const;
  // Nothing where the cell has not been run, or its file is damaged.
  std::optional<CellRecord> read(const Cell& cell) const;
  // Whole or not at all. May be called by several threads and processes.
  void write(const Cell& cell, const CellRecord& record) const;

 private:
  CellFolder() = default;

  std::filesystem::path directory_;
  BenchMatrix matrix_;
};

}  // namespace zopo::bench
