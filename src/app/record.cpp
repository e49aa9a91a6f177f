#include "zopo/app/record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "zopo/data/json_document.h"
#include "zopo/data/landscape.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/inputs.h"
#include "zopo/run/plan.h"
#include "zopo/run/search_loop.h"
#include "zopo/store/atomic_file.h"
#include "zopo/store/response_store.h"

namespace zopo::app {
namespace {

using nlohmann::json;

// Scores of every prompt on the dev examples, then on those of the test.
using Outcomes = std::vector<std::vector<double>>;

std::optional<Error> record_prompt(const task::Candidate& prompt,
                                   const task::Evaluator& evaluator,
                                   std::size_t examples,
                                   std::vector<double>& scores,
                                   RecordReport& report) {
  std::vector<task::Item> items;
  for (std::size_t i = 0; i < examples; ++i)
    items.push_back({prompt, static_cast<std::int64_t>(i)});
  std::vector<task::Answer> answers;
  if (auto error = run::answer_all(evaluator, items, answers)) return error;
  const task::Evaluation counts = task::summarize(answers);
  report.answers += counts.scored();
  report.truncated += counts.truncated;
  report.errors += counts.error;
  for (const task::Answer& answer : answers) scores.push_back(answer.score);
  return std::nullopt;
}

std::optional<Error> record_all(const settings::Settings& settings,
                                const run::Inputs& inputs,
                                run::Endpoint& endpoint,
                                const RecordOptions& options,
                                Outcomes& outcomes,
                                RecordReport& report) {
  const std::vector<task::Candidate>& prompts = inputs.candidates;
  const task::Evaluator dev = endpoint.evaluator(inputs, inputs.splits.dev, "record");
  const task::Evaluator test = endpoint.evaluator(inputs, inputs.splits.test, "record");
  const std::size_t n_dev = inputs.splits.dev.examples.size(),
                    n_test = inputs.splits.test.examples.size();
  const auto start = system_clock().now();
  run::Progress progress;
  progress.stage = "record";
  progress.calls_planned = static_cast<std::int64_t>(prompts.size() * (n_dev + n_test)) *
                           settings.evaluation.repeats * (1 + run::calls_of_judge(settings));
  for (const task::Candidate& prompt : prompts) {
    std::vector<double>& scores = outcomes.emplace_back();
    if (auto error = record_prompt(prompt, dev, n_dev, scores, report)) return error;
    if (auto error = record_prompt(prompt, test, n_test, scores, report)) return error;
    progress.calls = endpoint.spent().calls_paid + endpoint.spent().calls_cached;
    progress.calls_paid = endpoint.spent().calls_paid;
    progress.errors = report.errors;
    progress.seconds = std::chrono::duration<double>(system_clock().now() - start).count();
    options.on_progress(progress);
  }
  if (report.errors == 0) return std::nullopt;
  return Error{ErrorKind::incomplete, std::to_string(report.errors) + " examples have no answer"};
}

// The landscape to write to: the one that is there, with its other models, or an empty one.
json landscape_there(const std::filesystem::path& file, const json& empty) {
  if (!std::filesystem::exists(file)) return empty;
  data::load_landscapes({file}, 0);  // refuses what is none
  json there = data::JsonDocument::load(file).json();
  for (const char* key : {"task", "candidates"}) {
    if (there.value(key, json()) != empty[key]) {
      throw Failure(ErrorKind::config,
                    fmt::format("{}: a landscape of another task: its \"{}\" differ; name another "
                                "--landscape",
                                file.string(), key));
    }
  }
  return there;
}

// file is what the landscape holds besides this model.
void write_landscape(const std::filesystem::path& path,
                     json file,
                     const std::string& model,
                     const Outcomes& outcomes) {
  json& scores = file["scores"][model] = json::array();
  for (const std::vector<double>& row : outcomes)
    scores.push_back(std::accumulate(row.begin(), row.end(), 0.0) /
                     static_cast<double>(row.size()));
  file["outcomes"][model] = data::outcomes_json(outcomes);
  store::write_file_atomically(path, file.dump(1) + "\n");
}

// A landscape is of the candidates given; the store has the answers to the baseline as well.
template <class T>
std::vector<T> without_baseline(const run::Inputs& inputs, std::vector<T> of_candidates) {
  if (inputs.baseline_is_added) of_candidates.erase(of_candidates.begin());
  return of_candidates;
}

// A recording pays for everything: of the task's caps only those given with the command hold.
settings::Settings recording(const RecordOptions& options) {
  settings::Settings settings =
      settings::with_all_examples(settings::load_settings(options.task_file, options.overrides));
  const settings::BudgetSettings caps = std::exchange(settings.budget, {});
  for (const settings::Override& change : options.overrides) {
    if (change.path == "budget.calls") settings.budget.calls = caps.calls;
    if (change.path == "budget.tokens") settings.budget.tokens = caps.tokens;
    if (change.path == "budget.usd") settings.budget.usd = caps.usd;
    if (change.path == "budget.seconds") settings.budget.seconds = caps.seconds;
  }
  settings.output.offline = false;
  settings.output.cache.reset();
  return settings;
}

}  // namespace

RecordReport record(const RecordOptions& options) {
  const settings::Settings settings = recording(options);
  if (!settings.candidates.file) {
    throw Failure(ErrorKind::config,
                  "a recording answers for every candidate: name \"candidates\".\"file\"; `zopo "
                  "generate` writes one.");
  }
  if (settings::has_preference(settings)) {
    throw Failure(ErrorKind::config,
                  "a recording cannot hold comparisons with the baseline: record the replies with "
                  "another metric.");
  }
  const run::Inputs inputs = run::load_inputs(settings);
  json landscape;
  if (options.landscape) {
    store::require_writable(*options.landscape);
    landscape = landscape_there(
        *options.landscape,
        {{"task", settings.name},
         {"candidates", without_baseline(inputs, task::texts_of(inputs.candidates))}});
  }
  RecordReport report;
  Outcomes outcomes;
  {
    run::Endpoint endpoint(settings, options.store, options.interrupted);
    report.error = record_all(settings, inputs, endpoint, options, outcomes, report);
    report.calls_paid = endpoint.spent().calls_paid;
  }
  store::ResponseStore::open(options.store, store::ResponseStore::Mode::read_write)->finalize();
  if (options.landscape && !report.error)
    write_landscape(*options.landscape, std::move(landscape), settings.llm.model,
                    without_baseline(inputs, std::move(outcomes)));
  return report;
}

}  // namespace zopo::app
