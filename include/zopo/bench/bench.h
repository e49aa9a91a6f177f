#pragma once
// `zopo bench FILE`: methods x seeds on recorded landscapes, at equal budget, from the same initial
// prompts and against the same outcomes; and on live tasks x models x settings, a whole run each.
// One run is a cell. With a directory every cell is kept in it, so that the same command goes on
// where it was stopped, and several processes (shards) share the work.
//
//   BenchReport report = run_bench({.file = "configs/bench/landscapes.json"});
//   print_bench(report, std::cout);

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/base/interruption.h"

namespace zopo::bench {

// What a watcher may want to know.
struct BenchProgress {
  std::int64_t cells = 0, done = 0, running = 0, failed = 0;
  std::int64_t kept = 0;        // of those done, by earlier processes
  std::int64_t calls_paid = 0;  // by this process, of live cells
  std::optional<double> usd;    // of them, where prices are known
  double seconds = 0;
};

struct BenchOptions {
  std::filesystem::path file;                     // the bench's description, JSON
  std::vector<std::filesystem::path> landscapes;  // folders of them instead of the file's
  std::optional<std::filesystem::path> dir;       // keeps the cells; live cells need it
  std::string shard;                              // "i/n"; empty: as the environment says
  // A variable's value; asked for a shard where there is a dir.
  std::function<std::optional<std::string>(const char*)> environment = {};
  bool whole = false;                         // a shard of several is refused
  int threads = 0;                            // 0: as many as the machine has
  const Interruption* interrupted = nullptr;  // no further cell is begun
  // As cells begin, spend and end: any thread, one at a time.
  std::function<void(const BenchProgress&)> on_progress = {};
  std::function<void(const std::string&)> on_note = [](const std::string&) {};
};

struct BenchReport {
  // Of the cells that this process was to run: see summarize() in src/bench/summary.h. A curve
  // is the true value of the prompt that would be recommended after each call, 0 = the landscape's
  // median, 1 = its best; with "noise": "none" it is the best so far after each query. auc = its
  // mean after the initial prompts' evaluations, final = its last value.
  nlohmann::json summary;
  nlohmann::json matrix;  // as in bench.json
  bool is_part = false;   // a shard of several
  std::int64_t cells = 0, kept = 0, failed = 0, missing = 0;
  std::vector<std::string> failures;  // "zopo, seed 3, on X: why", the first ten
  std::optional<Error> ended_by;      // interruption, or a cap over all cells
};

// The result depends on the description, the inputs and nothing else, not on threads or shards.
// Without a dir the first failure is thrown. Throws Failure: what is wrong with the description, an
// input, the shard or the directory, and where.
BenchReport run_bench(const BenchOptions& options);

// `zopo bench plan`: the cells, and what the live ones cost at most.
struct BenchOutline {
  struct Row {
    std::string id, what;
  };
  std::vector<Row> cells;
  std::int64_t live = 0, calls = 0, prompt_tokens = 0, completion_tokens = 0;
  std::optional<double> usd = 0;  // nothing where a price is not known
};
BenchOutline outline_bench(const BenchOptions& options);

// `zopo bench merge DIR..`: the report of all cells in the directories of one bench. Throws
// Failure{usage}: directories of different benches, records of a cell that differ, cells that are
// missing unless partial. into: gets every cell and response.
struct MergeOptions {
  std::vector<std::filesystem::path> directories;
  std::optional<std::filesystem::path> into;
  bool partial = false;
};
BenchReport merge_bench(const MergeOptions& options);

// The summary of a bench's directory, or in a summary's file. Throws Failure for what is neither.
nlohmann::json load_bench_summary(const std::filesystem::path& path);
// Is it one of the two?
bool is_bench(const std::filesystem::path& path);

// The table of a report whose cells are a whole matrix.
void print_bench(const BenchReport& report, std::ostream& table);

// The JSON Schema (draft 7) of a bench's description.
const std::string& bench_schema_text();

}  // namespace zopo::bench
