#pragma once
// `zopo optimize`: one whole run.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/interruption.h"
#include "zopo/report/run_result.h"
#include "zopo/run/person.h"
#include "zopo/run/plan.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

// What a watcher may want to know, after each round and stage.
struct Progress {
  std::filesystem::path run_dir;  // of a run that can be gone on with
  std::string stage;              // write, embed, search, baseline, test
  std::int64_t rounds = 0;
  std::int64_t distinct = 0;       // candidates written so far
  std::int64_t embedded = 0;       // candidates that have their vector
  std::int64_t calls = 0;          // answered so far, whoever paid
  std::int64_t calls_planned = 0;  // upper bound
  std::int64_t calls_paid = 0;
  std::optional<std::int64_t> best_id;
  std::string best_prompt;  // its text, as far as there is one
  double best_mean = 0;     // empirical, of the prompt that would be recommended now
  task::Interval best_ci;   // 95 %
  std::int64_t best_n = 0;  // examples behind it
  std::int64_t errors = 0;  // answers missing
  std::optional<double> usd;
  double seconds = 0;
};

struct OptimizeOptions {
  std::filesystem::path task_file;  // empty with resume: as the manifest says
  std::vector<settings::Override> overrides;
  std::optional<std::filesystem::path> resume;  // a run directory
  // With resume: the endpoints' addresses may have changed; the same models answer there.
  bool same_model = false;
  // The search may go on although the sealed test was read; it is then read again for another
  // winner, and the result says so.
  bool reopen_test = false;
  // An existing directory for a new run, or with a part of the same run, which is gone on with.
  std::optional<std::filesystem::path> run_directory;
  std::function<void(const Progress&)> on_progress = [](const Progress&) {};
  // Between two of these, as answers come: only calls, cost and time have moved.
  std::function<void(const Progress&)> on_answer = {};
  std::function<void(const std::string&)> on_warning = [](const std::string&) {};
  settings::SharedSettings shared = {};  // caps and rates of all runs with the same cache
  Choose choose = {};                    // where a person is the judge
  const Interruption* interrupted =
      nullptr;  // set by a signal: finish what is in flight, save, stop
};

struct OptimizeReport {
  report::RunResult result;
  std::filesystem::path run_dir;
  std::optional<Error> error;  // why the run ended before its time; everything paid for is kept
  std::string cut_by;  // the cap that ended the search, where the test was read within it; no error
  std::int64_t calls_paid = 0, calls_cached = 0;  // by this process
  std::int64_t calls_lost = 0;  // by earlier ones, of no use to this one; the caps count them
  double seconds = 0;
};

// Throws Failure for what has to be mended before anything is sent. After that an early end is in
// the report.
OptimizeReport optimize(const OptimizeOptions& options);

// `--dry-run` and `zopo validate`: the settings, the inputs (embedding files included) and the
// bounds; no network.
struct Preview {
  settings::Settings settings;
  Plan plan;
  CostBound cost;
  std::size_t candidates = 0, train = 0, dev = 0, test = 0;
  std::vector<std::string> warnings;
  // What was understood of the data: how dev is laid out, its fields beside input and output, what
  // its outputs look like, the metric, and its first example as the model will see it.
  std::string layout, outputs, metric;
  std::vector<std::string> fields, first_references;
  std::vector<llm::Message> first_messages;
};
Preview preview(const std::filesystem::path& task_file,
                const std::vector<settings::Override>& overrides);

}  // namespace zopo::run
