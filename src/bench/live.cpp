#include "bench/live.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/llm/endpoint.h"
#include "zopo/run/inputs.h"
#include "zopo/run/manifest.h"
#include "zopo/run/optimize.h"

namespace zopo::bench {
namespace {

using nlohmann::json;

constexpr const char* kSource = "the bench";

// Every choice of one value an axis; the last axis runs fastest.
std::vector<std::vector<BenchSetting>> choices(const std::vector<BenchAxis>& axes) {
  std::vector<std::vector<BenchSetting>> all = {{}};
  for (const BenchAxis& axis : axes) {
    std::vector<std::vector<BenchSetting>> longer;
    for (const std::vector<BenchSetting>& choice : all) {
      for (const json& value : axis.values) {
        longer.push_back(choice);
        longer.back().push_back({axis.path, value});
      }
    }
    all = std::move(longer);
  }
  return all;
}

// Of all that a run depends on; the caps too, as they decide where it ends.
std::string hash_of(const settings::Settings& settings, const run::Inputs& inputs) {
  std::string embeddings;
  if (settings.embeddings.file) embeddings = sha256_hex(read_file(*settings.embeddings.file));
  const json manifest = run::make_manifest(settings, {}, inputs, embeddings);
  return sha256_hex(run::run_hash(manifest) + settings.canonical.value("budget", json()).dump());
}

std::vector<settings::Override> with_method(std::vector<settings::Override> overrides,
                                            const BenchMethod& method) {
  overrides.push_back({"optimizer.method", method.method, kSource});
  overrides.push_back({"optimizer.options", method.options, kSource});
  return overrides;
}

// The dev mean of the prompt that would be recommended, over the search.
class LiveCurve {
 public:
  void see(const run::Progress& progress) {
    if (progress.stage == "search" && progress.best_id)
      points_.emplace_back(progress.calls, progress.best_mean);
  }
  std::vector<double> curve() const {
    std::vector<double> values;
    if (points_.empty()) return values;
    const auto last = static_cast<double>(points_.back().first);
    std::size_t at = 0;
    for (std::size_t i = 1; i <= kCurvePoints; ++i) {
      const double calls = last * static_cast<double>(i) / kCurvePoints;
      while (at + 1 < points_.size() && static_cast<double>(points_[at + 1].first) <= calls) ++at;
      values.push_back(points_[at].second);
    }
    return values;
  }

 private:
  std::vector<std::pair<std::int64_t, double>> points_;  // calls so far, mean
};

std::optional<LiveFigures::Score> figure_of(
    const std::optional<report::PromptResult>& prompt,
    std::optional<report::Score> report::PromptResult::*of) {
  if (!prompt || !((*prompt).*of)) return std::nullopt;
  const report::Score& score = *((*prompt).*of);
  return LiveFigures::Score{score.score, score.ci, score.n};
}

LiveFigures figures_of(const report::RunResult& result) {
  return {.dev = figure_of(result.best, &report::PromptResult::dev),
          .test = figure_of(result.best, &report::PromptResult::test),
          .baseline_test = figure_of(result.baseline, &report::PromptResult::test),
          .prompt = result.best->prompt,
          .stopped = result.stopped,
          .calls = result.usage.calls,
          .prompt_tokens = result.usage.prompt_tokens,
          .completion_tokens = result.usage.completion_tokens,
          .usd = result.usage.usd};
}

}  // namespace

BenchTasks::BenchTasks(const BenchPlan& plan, std::filesystem::path store)
    : plan_(plan), store_(std::move(store)) {
  const std::vector<std::vector<BenchSetting>> settings = choices(plan.axes);
  for (const std::filesystem::path& file : plan.tasks) {
    for (const std::vector<BenchSetting>& choice : settings) {
      if (plan.models.empty()) add(file, nullptr, choice);
      for (const BenchModel& model : plan.models) add(file, &model, choice);
    }
  }
}

void BenchTasks::add(const std::filesystem::path& file,
                     const BenchModel* model,
                     const std::vector<BenchSetting>& settings) {
  Task task{file, {}, false};
  Subject subject;
  subject.live = true;
  if (model) {
    subject.model = model->name;
    for (const auto& [key, value] : model->llm.items())
      task.overrides.push_back({"llm." + key, value, kSource});
  }
  for (const BenchSetting& setting : settings) {
    task.overrides.push_back({setting.path, setting.value, kSource});
    subject.set[setting.path] = setting.value;
  }
  const settings::Settings loaded = settings::load_settings(file, task.overrides);
  if (plan_.caps.usd && !loaded.llm.price) {
    throw Failure(ErrorKind::config, "\"caps\".\"usd\" needs the price of " + loaded.llm.model +
                                         "; set llm.price in " + file.string() + ".");
  }
  subject.name = loaded.name;
  const run::Inputs inputs = run::load_inputs(loaded);
  task.has_test = !inputs.splits.test.examples.empty();
  subject.hash = hash_of(loaded, inputs);
  subject.place = tasks_.size();
  for (const BenchMethod& method : plan_.methods)
    run::preview(file, with_method(task.overrides, method));  // refuses a method that does not fit
  tasks_.push_back(std::move(task));
  subjects_.push_back(std::move(subject));
}

BenchTasks::Bound BenchTasks::bound(std::size_t place, const BenchMethod& method) const {
  const Task& task = tasks_[place];
  const run::Preview seen = run::preview(task.file, with_method(task.overrides, method));
  return {seen.plan.calls(), seen.cost};
}

CellRecord BenchTasks::run(std::size_t place,
                           const BenchMethod& method,
                           std::uint64_t seed,
                           const std::filesystem::path& directory,
                           const Interruption* interrupted,
                           const std::function<void(const run::Progress&)>& see) const {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) bad_data(directory, "cannot be made: " + failure.message());
  run::OptimizeOptions options;
  options.task_file = tasks_[place].file;
  options.overrides = with_method(tasks_[place].overrides, method);
  options.overrides.push_back({"optimizer.seed", seed, kSource});
  options.overrides.push_back({"output.cache", store_.string(), kSource});
  options.run_directory = directory;
  options.interrupted = interrupted;
  options.shared = {plan_.caps.calls,   plan_.caps.tokens,         plan_.caps.usd,
                    plan_.caps.seconds, plan_.requests_per_minute, plan_.tokens_per_minute};
  LiveCurve curve;
  options.on_progress = [&](const run::Progress& progress) {
    curve.see(progress);
    see(progress);
  };
  options.on_answer = see;
  options.reopen_test = true;  // where a cap over all cells ended it before
  const run::OptimizeReport report = run::optimize(options);
  CellRecord record;
  record.error = report.error;
  // What the task's own caps ended is whole once its winner has been tested.
  const report::RunResult& result = report.result;
  const bool is_tested = result.best && (result.best->test || !tasks_[place].has_test);
  const bool is_own_cap = report.error && report.error->kind == ErrorKind::budget &&
                          !report.error->message.starts_with(llm::kSharedCap);
  if (is_own_cap && is_tested) record.error.reset();
  if (is_own_cap && !is_tested) record.error->kind = ErrorKind::incomplete;
  if (!record.error && !result.best)
    record.error = Error{ErrorKind::incomplete, "the run found no prompt"};
  if (record.error) return record;
  record.live = figures_of(result);
  record.run.curve = curve.curve();
  return record;
}

}  // namespace zopo::bench
