// A run's task and directory. Called by zopo optimize before anything is asked.

#include "run/open_run.h"

#include "zopo/base/clock.h"
#include "zopo/run/manifest.h"

namespace zopo::run {

OptimizeOptions completed(OptimizeOptions options) {
  if (!options.resume || !options.task_file.empty()) return options;
  const ResumedTask task = resumed_task(store::RunDir::open(*options.resume));
  options.task_file = task.task_file;
  options.overrides.insert(options.overrides.begin(), task.overrides.begin(), task.overrides.end());
  return options;
}

void keep_as_begun(const OptimizeOptions& options, settings::Settings& settings) {
  if (!options.resume) return;
  const store::RunDir run = store::RunDir::open(*options.resume);
  keep_addresses(run, options.same_model, settings);
  keep_known_scores(run, settings);
}

store::RunDir open_directory(const OptimizeOptions& options,
                             const settings::Settings& settings,
                             const Inputs& inputs) {
  if (options.resume) return store::RunDir::open(*options.resume);
  if (options.run_directory) return store::RunDir::begin(*options.run_directory);
  const std::string hash = run_hash(make_manifest(settings, options.overrides, inputs, ""));
  return store::RunDir::create(settings.output.dir, system_clock().wall_now(), settings.name, hash);
}

}  // namespace zopo::run
