#include "zopo/app/evaluate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "zopo/base/clock.h"
#include "zopo/report/records.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/first_replies.h"
#include "zopo/run/manifest.h"
#include "zopo/run/search_loop.h"
#include "zopo/run/stages.h"
#include "zopo/run/totals.h"
#include "zopo/run/watch_answers.h"
#include "zopo/store/run_dir.h"
#include "zopo/store/run_lock.h"

namespace zopo::app {
namespace {

using nlohmann::json;

// Where the prompts and the task come from, made explicit.
EvaluateOptions completed(EvaluateOptions options) {
  const auto take_task = [&](const store::RunDir& run) {
    if (!options.task_file.empty()) return;
    const run::ResumedTask task = run::resumed_task(run);
    options.task_file = task.task_file;
    options.overrides.insert(options.overrides.begin(), task.overrides.begin(),
                             task.overrides.end());
  };
  if (options.resume) {
    const store::RunDir run = store::RunDir::open(*options.resume);
    const run::EvaluatedPrompts evaluated = run::evaluated_prompts(run);
    options.prompts = evaluated.prompts;
    options.split = evaluated.split;
    take_task(run);
  }
  for (const std::filesystem::path& directory : options.runs) {
    const store::RunDir run = store::RunDir::open(directory);
    options.prompts.push_back(run::best_prompt_of(run));
    take_task(run);
  }
  return options;
}

std::vector<task::Candidate> prompts_of(const EvaluateOptions& options,
                                        const settings::Settings& settings) {
  std::vector<task::Candidate> prompts = options.prompts;
  if (options.baseline && !options.resume) {
    if (!settings.baseline) {
      throw Failure(
          ErrorKind::config,
          "--baseline: the task names none. Set prompt.baseline, or give it by --prompt.");
    }
    prompts.push_back(*settings.baseline);
  }
  if (prompts.empty()) {
    throw Failure(ErrorKind::usage,
                  "No prompt to evaluate. Give --prompt, --prompt-file, --run or --baseline.");
  }
  for (const task::Candidate& prompt : prompts) {
    if (prompt.instruction.empty())
      throw Failure(ErrorKind::usage, "A prompt to evaluate is empty.");
    if (!prompt.shown.empty() && !settings.candidates.exemplars) {
      throw Failure(ErrorKind::config,
                    "/candidates: a prompt to evaluate shows exemplars, and the task has no place "
                    "for them. Name a task with \"candidates\".\"exemplars\".");
    }
  }
  return prompts;
}

class EvaluateRun {
 public:
  EvaluateRun(const EvaluateOptions& options,
              const settings::Settings& settings,
              const run::Inputs& inputs,
              const std::vector<task::Candidate>& prompts,
              const store::RunDir& directory)
      : options_(options),
        settings_(settings),
        inputs_(inputs),
        prompts_(prompts),
        directory_(directory),
        endpoint_(settings,
                  directory.responses(),
                  options.interrupted,
                  stores_of(options.runs),
                  options.choose),
        dataset_(options.split == "test" ? inputs.splits.test : inputs.splits.dev),
        start_(system_clock().now()) {}

  EvaluateReport execute(json manifest) {
    run::settle_manifest(directory_, std::move(manifest));
    if (options_.on_answer) run::watch_answers(endpoint_.budget(), [this] { show_progress(true); });
    std::optional<Error> error =
        settings::has_preference(settings_) ? answer_baseline() : std::nullopt;
    if (error) return write(error);
    const task::Opponents opponents = run::opponents_of(dataset_, baseline_);
    const task::Evaluator evaluator =
        endpoint_.evaluator(inputs_, dataset_, "evaluate", &opponents);
    for (const task::Candidate& prompt : prompts_) {
      show_progress();
      error = answer(prompt, evaluator);
      if (error) break;
    }
    if (!error) error = first_.conclude();
    show_progress();
    return write(error);
  }

 private:
  static std::vector<std::filesystem::path> stores_of(
      const std::vector<std::filesystem::path>& runs) {
    std::vector<std::filesystem::path> stores;
    for (const auto& run : runs) stores.push_back(store::RunDir::open(run).responses());
    return stores;
  }

  // What a metric compares with.
  std::optional<Error> answer_baseline() {
    const task::Evaluator evaluator = endpoint_.evaluator(inputs_, dataset_, "baseline");
    const auto items = run::items_of(*settings_.baseline, dataset_.examples.size());
    if (auto error = run::answer_all(evaluator, items, baseline_)) return error;
    return tolerance_.check(baseline_, "the baseline", names_);
  }

  std::optional<Error> answer(const task::Candidate& prompt, const task::Evaluator& evaluator) {
    std::vector<task::Item> items = run::items_of(prompt, dataset_.examples.size());
    std::erase_if(items,
                  [this](const task::Item& item) { return open_.is_set_aside(item.example); });
    std::vector<task::Answer> answers;
    if (auto error = run::answer_all(evaluator, items, answers)) return error;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(dataset_.examples.size()); ++i) {
      if (open_.is_set_aside(i)) answers.insert(answers.begin() + i, open_.answer_of(i));
    }
    open_.add(answers);
    const std::string what = fmt::format("prompt {}", answered_.size() + 1);
    if (auto error = tolerance_.check(answers, what, names_)) return error;
    if (auto error = first_.look(answers)) return error;
    answered_.push_back(std::move(answers));
    return std::nullopt;
  }

  report::EvaluationResult result() const {
    report::EvaluationResult result;
    result.task = settings_.name;
    result.split = options_.split;
    run::Totals totals;
    for (std::size_t i = 0; i < prompts_.size(); ++i) {
      const bool scored = i < answered_.size();
      result.prompts.push_back(
          {prompts_[i].text(), scored ? report::score_of(answered_[i]) : std::nullopt});
      if (scored) totals.add(answered_[i]);
      const auto found = run::leaks(inputs_, fmt::format("prompt {}", i + 1), prompts_[i].text());
      result.warnings.insert(result.warnings.end(), found.begin(), found.end());
      if (i == 0) continue;
      result.differences.push_back(scored ? run::paired_difference(answered_[0], answered_[i])
                                          : std::nullopt);
    }
    const auto open = open_.sentences();
    result.warnings.insert(result.warnings.end(), open.begin(), open.end());
    totals.add(baseline_);
    result.usage = endpoint_.usage();
    result.errors = totals.errors();
    result.truncated = totals.truncated();
    return result;
  }

  std::string answers_csv() const {
    std::vector<report::EvaluationRow> rows;
    for (std::size_t i = 0; i < answered_.size(); ++i) {
      for (const task::Answer& answer : answered_[i])
        rows.push_back({options_.split, std::to_string(i), &answer,
                        &dataset_.examples.at(static_cast<std::size_t>(answer.example))});
    }
    return report::evaluations_csv(rows);
  }

  EvaluateReport write(const std::optional<Error>& error) const {
    const run::Endpoint::Spent spent = endpoint_.spent();
    EvaluateReport report{result(),         directory_.path(),  error,
                          spent.calls_paid, spent.calls_cached, seconds()};
    directory_.write("result.json", report::to_json(report.result).dump(2) + "\n");
    directory_.write("evaluations.csv", answers_csv());
    const json timing = {{"calls_paid", report.calls_paid},
                         {"calls_cached", report.calls_cached},
                         {"seconds", report.seconds}};
    directory_.write("timing.json", timing.dump(2) + "\n");
    return report;
  }

  double seconds() const {
    return std::chrono::duration<double>(system_clock().now() - start_).count();
  }

  void show_progress(bool is_answer = false) const {
    const run::Endpoint::Spent spent = endpoint_.spent();
    run::Progress progress;
    progress.run_dir = directory_.path();
    progress.stage = answered_.size() == prompts_.size() ? "done" : "evaluate";
    progress.calls = spent.calls_paid + spent.calls_cached;
    progress.calls_paid = spent.calls_paid;
    // At most: a baseline that is compared with is not compared with itself.
    const std::size_t prompts = prompts_.size() + (settings::has_preference(settings_) ? 1 : 0);
    progress.calls_planned = static_cast<std::int64_t>(prompts * dataset_.examples.size()) *
                             settings_.evaluation.repeats * (1 + run::calls_of_judge(settings_));
    if (settings_.llm.price) progress.usd = spent.usd;
    progress.seconds = seconds();
    (is_answer ? options_.on_answer : options_.on_progress)(progress);
  }

  const EvaluateOptions& options_;
  const settings::Settings& settings_;
  const run::Inputs& inputs_;
  const std::vector<task::Candidate>& prompts_;
  const store::RunDir& directory_;
  run::Endpoint endpoint_;
  const data::Dataset& dataset_;
  std::chrono::steady_clock::time_point start_;
  const run::ExampleNames names_{options_.split, &dataset_};
  const std::string go_on_ = "zopo evaluate --resume " + directory_.path().string();
  const run::Tolerance tolerance_{settings_.evaluation.max_error_rate, go_on_};
  run::FirstReplies first_{settings_, inputs_, dataset_, go_on_, directory_.responses().string()};
  run::OpenExamples open_{names_};
  std::vector<task::Answer> baseline_;               // that a metric compares with
  std::vector<std::vector<task::Answer>> answered_;  // of the first prompts
};

void check(const EvaluateOptions& options, const run::Inputs& inputs) {
  if (options.split == "test" && inputs.splits.test.examples.empty())
    throw Failure(ErrorKind::config, "--split test: the task has no test examples.");
}

}  // namespace

EvaluateReport evaluate(const EvaluateOptions& given) {
  const EvaluateOptions options = completed(given);
  settings::Settings settings =
      settings::with_all_examples(settings::load_settings(options.task_file, options.overrides));
  if (options.resume) {
    run::keep_addresses(store::RunDir::open(*options.resume), options.same_model, settings);
    run::keep_known_scores(store::RunDir::open(*options.resume), settings);
  }
  const run::Inputs inputs = run::load_inputs(settings);
  check(options, inputs);
  const std::vector<task::Candidate> prompts = prompts_of(options, settings);
  for (const std::string& warning : inputs.warnings) options.on_warning(warning);
  json manifest = run::make_manifest(settings, options.overrides, inputs, "");
  manifest["evaluate"] = to_json(run::EvaluatedPrompts{prompts, options.split});
  const store::RunDir directory =
      options.resume ? store::RunDir::open(*options.resume)
                     : store::RunDir::create(settings.output.dir, system_clock().wall_now(),
                                             settings.name + "-evaluate", run::run_hash(manifest));
  const store::RunLock lock(directory.path());
  return EvaluateRun(options, settings, inputs, prompts, directory).execute(std::move(manifest));
}

}  // namespace zopo::app
