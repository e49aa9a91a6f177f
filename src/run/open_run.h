#pragma once
// Which task a run has, and in which directory it stands.

#include "zopo/run/inputs.h"
#include "zopo/run/optimize.h"
#include "zopo/store/run_dir.h"

namespace zopo::run {

// What to run: the task given, or, resuming without one, the task that the run was started with.
// Throws Failure.
OptimizeOptions completed(OptimizeOptions options);

// Of a run that is resumed: its addresses and files of known scores (manifest.h). Throws Failure.
void keep_as_begun(const OptimizeOptions& options, settings::Settings& settings);

// The directory to resume in, the one that was given, or a new one below output.dir. Throws
// Failure.
store::RunDir open_directory(const OptimizeOptions& options,
                             const settings::Settings& settings,
                             const Inputs& inputs);

}  // namespace zopo::run
