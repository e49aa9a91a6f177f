#include "zopo/app/record.h"

#include "app/endpoint.h"
#include "zopo/app/inputs.h"
#include "zopo/app/plan.h"
#include "zopo/app/search_loop.h"
#include "zopo/store/response_store.h"

namespace zopo::app {
namespace {

std::vector<std::string> prompts_of(const Settings& settings, const Inputs& inputs) {
  std::vector<std::string> prompts = inputs.candidates.prompts;
  if (settings.baseline) prompts.push_back(*settings.baseline);
  return prompts;
}

std::optional<Error> record_prompt(const std::string& prompt,
                                   const task::Evaluator& evaluator,
                                   std::size_t examples,
                                   RecordReport& report) {
  std::vector<task::Item> items;
  for (std::size_t i = 0; i < examples; ++i)
    items.push_back({prompt, static_cast<std::int64_t>(i)});
  std::vector<task::Answer> answers;
  if (auto error = answer_all(evaluator, items, answers)) return error;
  const task::Evaluation counts = task::summarize(answers);
  report.answers += counts.scored();
  report.truncated += counts.truncated;
  report.errors += counts.error;
  return std::nullopt;
}

std::optional<Error> record_all(const Settings& settings,
                                const Inputs& inputs,
                                Endpoint& endpoint,
                                const RecordOptions& options,
                                RecordReport& report) {
  const std::vector<std::string> prompts = prompts_of(settings, inputs);
  const task::Evaluator dev = endpoint.evaluator(inputs, inputs.splits.dev, "record");
  const task::Evaluator test = endpoint.evaluator(inputs, inputs.splits.test, "record");
  const std::size_t n_dev = inputs.splits.dev.examples.size(),
                    n_test = inputs.splits.test.examples.size();
  const auto start = system_clock().now();
  Progress progress;
  progress.stage = "record";
  progress.calls_planned = static_cast<std::int64_t>(prompts.size() * (n_dev + n_test)) *
                           settings.evaluation.repeats * (1 + calls_of_judge(settings));
  for (const std::string& prompt : prompts) {
    if (auto error = record_prompt(prompt, dev, n_dev, report)) return error;
    if (auto error = record_prompt(prompt, test, n_test, report)) return error;
    progress.calls = endpoint.spent().calls_paid + endpoint.spent().calls_cached;
    progress.calls_paid = endpoint.spent().calls_paid;
    progress.errors = report.errors;
    progress.seconds = std::chrono::duration<double>(system_clock().now() - start).count();
    options.on_progress(progress);
  }
  if (report.errors == 0) return std::nullopt;
  return Error{ErrorKind::incomplete, std::to_string(report.errors) + " examples have no answer"};
}

// A recording pays for everything: of the task's caps only those given with the command hold.
Settings recording(const RecordOptions& options) {
  Settings settings = load_settings(options.task_file, options.overrides);
  const BudgetSettings caps = std::exchange(settings.budget, {});
  for (const Override& change : options.overrides) {
    if (change.path == "budget.calls") settings.budget.calls = caps.calls;
    if (change.path == "budget.tokens") settings.budget.tokens = caps.tokens;
    if (change.path == "budget.usd") settings.budget.usd = caps.usd;
    if (change.path == "budget.seconds") settings.budget.seconds = caps.seconds;
  }
  settings.llm.store_truncated = true;  // else offline they would be missing
  settings.output.offline = false;
  settings.output.cache.reset();
  return settings;
}

}  // namespace

RecordReport record(const RecordOptions& options) {
  const Settings settings = recording(options);
  if (!settings.candidates.file) {
    throw Failure(ErrorKind::config,
                  "a recording answers for every candidate: name \"candidates\".\"file\"; `zopo "
                  "generate` writes one.");
  }
  if (has_preference(settings)) {
    throw Failure(ErrorKind::config,
                  "a recording cannot hold comparisons with the baseline: record the replies with "
                  "another metric.");
  }
  const Inputs inputs = load_inputs(settings);
  RecordReport report;
  {
    Endpoint endpoint(settings, options.store, options.interrupted);
    report.error = record_all(settings, inputs, endpoint, options, report);
    report.calls_paid = endpoint.spent().calls_paid;
  }
  store::ResponseStore::open(options.store, store::ResponseStore::Mode::read_write)->finalize();
  return report;
}

}  // namespace zopo::app
