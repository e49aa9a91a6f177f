#pragma once
// The live half of a bench: task files with every model and choice of settings, and a run of one of
// them.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "bench/cells.h"
#include "bench/matrix.h"
#include "zopo/base/interruption.h"
#include "zopo/run/optimize.h"
#include "zopo/run/plan.h"
#include "zopo/settings/settings.h"

namespace zopo::bench {

class BenchTasks {
 public:
  // Reads every task with its inputs; plan outlives it. store: what the runs share. Throws Failure:
  // a task, model, setting or method that does not fit.
  BenchTasks(const BenchPlan& plan, std::filesystem::path store);

  // One a task, model and choice of settings; its place is the position.
  std::vector<Subject> subjects() const { return subjects_; }
  // What a cell may cost at most.
  struct Bound {
    std::int64_t calls = 0;
    run::CostBound cost;
  };
  Bound bound(std::size_t place, const BenchMethod& method) const;
  // As `zopo optimize` in that directory, which is gone on with where it holds a part of the run;
  // see is called on the way. Thread-safe.
  CellRecord run(std::size_t place,
                 const BenchMethod& method,
                 std::uint64_t seed,
                 const std::filesystem::path& directory,
                 const Interruption* interrupted,
                 const std::function<void(const run::Progress&)>& see) const;

 private:
  struct Task {
    std::filesystem::path file;
    std::vector<settings::Override> overrides;
    bool has_test = false;
  };
  void add(const std::filesystem::path& file,
           const BenchModel* model,
           const std::vector<BenchSetting>& settings);

  const BenchPlan& plan_;
  std::filesystem::path store_;
  std::vector<Task> tasks_;
  std::vector<Subject> subjects_;
};

}  // namespace zopo::bench
