#include "zopo/bench/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <thread>
#include <utility>

#include "bench/cells.h"
#include "bench/engine.h"
#include "bench/landscapes.h"
#include "bench/live.h"
#include "bench/matrix.h"
#include "bench/plan.h"
#include "bench/report.h"
#include "bench/shard.h"
#include "bench/summary.h"
#include "bench/watch.h"

namespace zopo::bench {
namespace {

using nlohmann::json;

int threads_of(const BenchOptions& options) {
  const int machine = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return options.threads > 0 ? options.threads : machine;
}

Shard shard_of(const BenchOptions& options) {
  if (!options.dir) {
    if (options.shard.empty()) return {};
    throw Failure(ErrorKind::usage,
                  "--shard: the cells of a shard need a place to be merged from: add --dir.");
  }
  const auto nothing = [](const char*) { return std::optional<std::string>(); };
  const std::optional<Shard> shard =
      find_shard(options.shard, options.environment ? options.environment : nothing);
  if (!shard) return {};
  if (options.whole && shard->count > 1) {
    throw Failure(ErrorKind::usage,
                  fmt::format("{}: of one shard only .csv and .junit.xml can be written, and no "
                              "threshold holds; give --out and --fail-under to zopo bench merge",
                              shard->source));
  }
  options.on_note(fmt::format("shard {} of {}, by {}", shard->index, shard->count, shard->source));
  return *shard;
}

// A description with everything that it names, loaded.
class Bench {
 public:
  explicit Bench(const BenchOptions& options)
      : options_(options),
        plan_(load_bench_plan(options.file, options.landscapes)),
        shard_(shard_of(options)) {
    if (!plan_.landscapes.empty()) landscapes_.emplace(plan_);
    if (!plan_.tasks.empty()) tasks_.emplace(plan_, store());
    if (landscapes_) matrix_.subjects = landscapes_->subjects();
    if (tasks_) {
      const std::vector<Subject> live = tasks_->subjects();
      matrix_.subjects.insert(matrix_.subjects.end(), live.begin(), live.end());
    }
    matrix_.methods = plan_.methods;
    matrix_.first_seed = plan_.first_seed;
    matrix_.seeds = plan_.seeds;
    cells_ = cells_of_shard(matrix_.cells(), shard_.index, shard_.count);
  }

  BenchReport run() {
    if (tasks_ && !options_.dir) {
      throw Failure(ErrorKind::usage,
                    "the runs on \"tasks\" need a place for their directories: add --dir.");
    }
    std::optional<CellFolder> folder;
    if (options_.dir) folder.emplace(*options_.dir, matrix_);
    EngineOptions engine{.threads = threads_of(options_),
                         .retries = plan_.retries,
                         .folder = folder ? &*folder : nullptr,
                         .interrupted = options_.interrupted};
    std::vector<std::optional<CellRecord>> records = kept_records(cells_, engine);
    const auto kept = std::count_if(records.begin(), records.end(),
                                    [](const auto& record) { return record.has_value(); });
    prepare(records);
    BenchWatch watch(options_.on_progress, static_cast<std::int64_t>(cells_.size()), kept);
    engine.watch = &watch;
    const auto ended_by = run_cells(
        cells_, [&](const Cell& cell) { return run_cell(cell, folder, watch); }, engine, records);
    BenchReport report = report_on(matrix_, cells_, records);
    report.is_part = shard_.count > 1;
    report.kept = kept;
    report.ended_by = ended_by;
    if (!ended_by && options_.interrupted && *options_.interrupted && report.missing > 0)
      report.ended_by = Error{ErrorKind::interrupted, "interrupted"};
    return report;
  }

  BenchOutline outline() const {
    BenchOutline outline;
    std::map<std::pair<std::size_t, std::size_t>, BenchTasks::Bound> bounds;
    for (const Cell& cell : cells_) {
      outline.cells.push_back({cell.id, matrix_.label(cell)});
      const Subject& subject = matrix_.subjects[cell.subject];
      if (!subject.live) continue;
      const auto key = std::pair(subject.place, cell.method);
      if (!bounds.contains(key))
        bounds[key] = tasks_->bound(subject.place, matrix_.methods[cell.method]);
      add(bounds[key], outline);
    }
    return outline;
  }

 private:
  static void add(const BenchTasks::Bound& bound, BenchOutline& outline) {
    ++outline.live;
    outline.calls = saturated_sum(outline.calls, bound.cost.calls);
    outline.prompt_tokens = saturated_sum(outline.prompt_tokens, bound.cost.prompt_tokens);
    outline.completion_tokens =
        saturated_sum(outline.completion_tokens, bound.cost.completion_tokens);
    if (outline.usd && bound.cost.usd)
      *outline.usd += *bound.cost.usd;
    else
      outline.usd.reset();
  }

  std::filesystem::path store() const {
    if (plan_.store) return std::filesystem::absolute(*plan_.store);
    return std::filesystem::absolute(options_.dir.value_or(".")) / "responses.db";
  }

  // What the landscapes among the cells still to be run need.
  void prepare(const std::vector<std::optional<CellRecord>>& records) {
    std::set<std::size_t> places;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const Subject& subject = matrix_.subjects[cells_[i].subject];
      if (!records[i] && !subject.live) places.insert(subject.place);
    }
    if (landscapes_) landscapes_->prepare({places.begin(), places.end()}, threads_of(options_));
  }

  CellRecord run_cell(const Cell& cell,
                      const std::optional<CellFolder>& folder,
                      BenchWatch& watch) const {
    const Subject& subject = matrix_.subjects[cell.subject];
    const BenchMethod& method = matrix_.methods[cell.method];
    if (subject.live) {
      const auto see = [&](const run::Progress& now) {
        watch.spend(cell.id, now.calls_paid, now.usd);
      };
      return tasks_->run(subject.place, method, cell.seed, folder->directory_of(cell) / "run",
                         options_.interrupted, see);
    }
    CellRecord record;
    record.run = landscapes_->run(subject.place, method, cell.seed);
    return record;
  }

  const BenchOptions& options_;
  BenchPlan plan_;
  Shard shard_;
  std::optional<BenchLandscapes> landscapes_;
  std::optional<BenchTasks> tasks_;
  BenchMatrix matrix_;
  std::vector<Cell> cells_;
};

}  // namespace

BenchReport report_on(const BenchMatrix& matrix,
                      const std::vector<Cell>& cells,
                      const std::vector<std::optional<CellRecord>>& records) {
  constexpr std::size_t kNamed = 10;
  BenchReport report;
  report.matrix = bench::to_json(matrix);
  report.summary = summarize(matrix, cells, records);
  report.cells = static_cast<std::int64_t>(cells.size());
  report.failed = report.summary["failed"];
  report.missing = report.summary["missing"];
  for (std::size_t i = 0; i < cells.size() && report.failures.size() < kNamed; ++i) {
    if (records[i] && records[i]->error)
      report.failures.push_back(matrix.label(cells[i]) + ": " + records[i]->error->message);
  }
  return report;
}

BenchReport run_bench(const BenchOptions& options) { return Bench(options).run(); }

BenchOutline outline_bench(const BenchOptions& options) { return Bench(options).outline(); }

void print_bench(const BenchReport& report, std::ostream& table) {
  print_table(report.summary, matrix_of(report.matrix), table);
}

}  // namespace zopo::bench
