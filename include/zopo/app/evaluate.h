#pragma once
// `zopo evaluate`: given prompts on all of dev or test, with intervals and paired differences,
// through the same stores, caps and states of an answer as a search.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/interruption.h"
#include "zopo/report/evaluation_result.h"
#include "zopo/run/optimize.h"
#include "zopo/settings/settings.h"
#include "zopo/task/candidate.h"

namespace zopo::app {

struct EvaluateOptions {
  std::filesystem::path task_file;  // empty: that of the first of runs, or of resume
  std::vector<settings::Override> overrides;
  std::vector<task::Candidate> prompts;
  bool baseline = false;                        // the task's baseline after them
  std::vector<std::filesystem::path> runs;      // the best prompt of each; what it paid for is used
  std::string split = "dev";                    // or "test"
  std::optional<std::filesystem::path> resume;  // an evaluation's run directory: prompts and split
                                                // are its own
  bool same_model = false;                      // as in OptimizeOptions
  std::function<void(const run::Progress&)> on_progress = [](const run::Progress&) {};
  std::function<void(const run::Progress&)> on_answer =
      {};  // between two of these, as answers come
  std::function<void(const std::string&)> on_warning = [](const std::string&) {};
  run::Choose choose = {};  // where a person is the judge
  const Interruption* interrupted = nullptr;
};

struct EvaluateReport {
  report::EvaluationResult result;  // the whole prompts before an error
  std::filesystem::path run_dir;
  std::optional<Error> error;
  std::int64_t calls_paid = 0, calls_cached = 0;  // by this process
  double seconds = 0;
};

// Makes a run directory: manifest.json, responses.db, result.json, evaluations.csv, timing.json.
// Throws Failure for what has to be mended before anything is sent.
EvaluateReport evaluate(const EvaluateOptions& options);

}  // namespace zopo::app
