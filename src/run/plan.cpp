#include "zopo/run/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "zopo/base/json_size.h"
#include "zopo/base/saturating.h"
#include "zopo/optim/method.h"
#include "zopo/run/problem.h"
#include "zopo/run/writing.h"

namespace zopo::run {
namespace {

constexpr std::int64_t kPaperEvaluations = 165, kPaperInitial = 40,
                       kPaperExamples = 20;  // ZOPO, Sec. 5

std::int64_t examples_of(const settings::Settings& settings, std::int64_t dev) {
  if (!settings.evaluation.examples) return std::min(kPaperExamples, dev);
  if (*settings.evaluation.examples > dev) {
    throw Failure(ErrorKind::config,
                  fmt::format("/evaluation/examples: {} asked for, but dev has {} example(s). "
                              "Lower it or add examples.",
                              *settings.evaluation.examples, dev));
  }
  return *settings.evaluation.examples;
}

std::int64_t grades_of(const settings::Settings& settings) {
  return std::count_if(settings.metrics.begin(), settings.metrics.end(),
                       [](const settings::MetricSettings& metric) { return metric.is_graded(); });
}

// Where nothing bounds a run, it shall come to some 500 calls, the test among them.
std::int64_t affordable_outcomes(const Plan& plan) {
  constexpr std::int64_t kUsualCalls = 500, kLeastSearch = 200;
  const std::int64_t each = saturated_product(plan.repeats, 1 + plan.grades + plan.choices);
  return std::max(kLeastSearch, kUsualCalls - plan.calls()) / each;
}

// plan: of a run without a search.
std::int64_t wanted_outcomes(const settings::Settings& settings,
                             const Plan& plan,
                             std::int64_t candidates) {
  const settings::BudgetSettings& budget = settings.budget;
  if (budget.search_calls) return *budget.search_calls / plan.repeats;
  const std::int64_t evaluations =
      budget.evaluations.value_or(std::min(kPaperEvaluations, candidates));
  const std::int64_t wanted = saturated_product(evaluations, plan.examples_per_evaluation);
  if (budget.evaluations || budget.calls || budget.tokens || budget.usd) return wanted;
  return std::min(wanted, std::max(affordable_outcomes(plan), plan.examples_per_evaluation));
}

std::int64_t initial_of(const settings::Settings& settings,
                        const Plan& plan,
                        std::int64_t candidates) {
  const std::int64_t evaluations =
      std::max<std::int64_t>(1, plan.search_outcomes / plan.examples_per_evaluation);
  const std::int64_t usual = std::min(kPaperInitial, std::max<std::int64_t>(1, evaluations / 4));
  return std::min(settings.optimizer.initial.value_or(usual), candidates);
}

std::int64_t parts(std::int64_t whole, std::int64_t size) { return (whole + size - 1) / size; }

std::int64_t embed_calls(const settings::Settings& settings,
                         std::int64_t candidates,
                         const Plan& plan) {
  if (settings.embeddings.file || settings.embeddings.provider == "features") return 0;
  const std::int64_t batch = settings.embeddings.batch;
  // Those made during the search are embedded as they come.
  std::int64_t later = plan.variations;
  if (settings.candidates.write)
    later += plan.later_writes() * parts(settings.candidates.write->per_reply, batch);
  return parts(candidates, batch) + later;
}

std::int64_t variations(const settings::Settings& settings) {
  if (!settings.candidates.exemplars) return 0;
  const settings::CandidateSettings::Exemplars& exemplars = *settings.candidates.exemplars;
  return exemplars.refine.value_or(orders_candidates(settings.optimizer) ? exemplars.sample : 0);
}

// Of a cap on calls at most a quarter goes into writing candidates, and an eighth into finding what
// the best of them get wrong.
void plan_writing(const settings::Settings& settings, const Inputs& inputs, Plan& plan) {
  if (!settings.candidates.write) return;
  const settings::CandidateSettings::Write& wanted = *settings.candidates.write;
  plan.write_calls = wanted.calls;
  if (settings.budget.calls)
    plan.write_calls = std::min(plan.write_calls, *settings.budget.calls / 4);
  plan.initial_writes = std::min(plan.write_calls, initial_replies(settings, inputs));
  if (!orders_candidates(settings.optimizer)) {
    plan.write_calls = plan.initial_writes;
    return;
  }
  if (plan.later_writes() == 0 || !can_reflect(settings, inputs)) return;
  plan.reflect_outcomes = wanted.reflect / plan.repeats;
  if (settings.budget.calls) {
    plan.reflect_outcomes = std::min(
        plan.reflect_outcomes, *settings.budget.calls / 8 / (plan.repeats * (1 + plan.grades)));
  }
}

// Candidates there may be when all is written.
std::int64_t candidates_at_last(const settings::Settings& settings,
                                const Inputs& inputs,
                                const Plan& plan) {
  std::int64_t candidates = expected_candidates(settings, inputs) + plan.variations;
  if (settings.candidates.write) {
    candidates = saturated_sum(
        candidates, saturated_product(plan.later_writes(), settings.candidates.write->per_reply));
  }
  return candidates;
}

// budget.calls caps everything. The final share is kept aside as long as the search can still see
// one evaluation.
void apply_cap(Plan& plan, std::int64_t cap) {
  const std::int64_t writing = saturated_sum(plan.initial_writes, plan.embed_calls);
  const std::int64_t left = std::max<std::int64_t>(0, cap - writing);
  const std::int64_t each = saturated_product(plan.repeats, 1 + plan.grades + plan.choices);
  Plan without_search = plan;
  without_search.search_outcomes = 0;
  const std::int64_t final_share = without_search.calls() - writing;
  if (left >= saturated_sum(saturated_product(plan.search_outcomes, each), final_share)) return;
  const std::int64_t wanted = plan.search_outcomes;
  if ((left - final_share) / each >= plan.examples_per_evaluation) {
    plan.search_outcomes = std::min(wanted, (left - final_share) / each);
    plan.missing_outcomes = wanted - plan.search_outcomes;
    if (plan.choices == 0)  // else the baseline is asked before
      plan.spared_outcomes = std::min(plan.baseline_outcomes, plan.missing_outcomes);
    return;
  }
  plan.test_cut_by_calls = plan.test_outcomes > 0;
  plan.test_outcomes = 0;
  if (plan.choices == 0) plan.baseline_outcomes = 0;  // else the search compares with it
  const std::int64_t baseline = saturated_product(plan.baseline_calls(), 1 + plan.grades);
  plan.search_outcomes = std::min(wanted, std::max<std::int64_t>(0, left - baseline) / each);
  plan.missing_outcomes = wanted - plan.search_outcomes;
}

}  // namespace

Plan make_plan(const settings::Settings& settings, const Inputs& inputs) {
  const auto dev = static_cast<std::int64_t>(inputs.splits.dev.examples.size());
  const auto test = static_cast<std::int64_t>(inputs.splits.test.examples.size());
  const std::int64_t candidates = expected_candidates(settings, inputs);
  Plan plan;
  plan.repeats = settings.evaluation.repeats;
  plan.grades = grades_of(settings);
  plan.choices = calls_of_judge(settings) - plan.grades;
  plan.examples_per_evaluation = examples_of(settings, dev);
  plan_writing(settings, inputs, plan);
  plan.variations = variations(settings);
  const std::int64_t at_last = candidates_at_last(settings, inputs, plan);
  plan.baseline_outcomes = settings.baseline ? dev : 0;
  plan.test_outcomes = 2 * test;
  plan.embed_calls = embed_calls(settings, candidates, plan);
  plan.search_outcomes =
      std::min(wanted_outcomes(settings, plan, at_last), saturated_product(at_last, dev));
  if (settings.budget.calls) apply_cap(plan, *settings.budget.calls);
  plan.initial = initial_of(settings, plan, candidates);
  if (plan.search_outcomes == 0) {
    throw Failure(
        ErrorKind::config,
        "/budget: nothing can be asked within it: not one call is left for the search. Raise it.");
  }
  return plan;
}

std::int64_t calls_of_judge(const settings::Settings& settings) {
  std::int64_t calls = grades_of(settings);
  for (const settings::MetricSettings& metric : settings.metrics) {
    if (metric.is_compared()) calls += settings.judge->both_orders ? 2 : 1;
  }
  return calls;
}

task::Candidate longest_candidate(const settings::Settings& settings, const Inputs& inputs) {
  std::map<const std::string*, std::size_t> sizes;
  const auto take_longer = [&](std::string& longest, const std::string& other) {
    std::size_t& size = sizes[&longest];
    const std::size_t its = size_in_json(other);
    if (its <= size) return;
    longest = other;
    size = its;
  };
  task::Candidate longest;
  for (const task::Candidate& one : inputs.candidates)
    take_longer(longest.instruction, one.instruction);
  if (settings.baseline) take_longer(longest.instruction, *settings.baseline);
  if (settings.candidates.write)
    take_longer(longest.instruction, std::string(settings.candidates.write->max_chars, 'x'));
  if (!inputs.exemplars) return longest;
  std::string one;
  const auto examples = static_cast<std::int64_t>(inputs.splits.train.examples.size());
  for (std::int64_t i = 0; i < examples; ++i)
    take_longer(one, (*inputs.exemplars)(inputs.splits.train, std::array{i}));
  for (std::int64_t i = 0; i < settings.candidates.exemplars->count; ++i)
    longest.shown += one + "\n\n";
  return longest;
}

task::Rubric rubric_of(const settings::Settings& settings, const settings::MetricSettings& metric) {
  // A token is hardly ever longer, so a reply of the model is hardly ever cut.
  constexpr std::size_t kBytesOfToken = 8, kLeast = 1024;
  const std::size_t most = static_cast<std::size_t>(settings.llm.max_tokens) * kBytesOfToken;
  return {metric.rubric, settings.judge->low, settings.judge->high, settings.judge->references,
          std::max(most, kLeast)};
}

std::vector<llm::ChatRequest> judge_requests(const settings::Settings& settings,
                                             const data::Example& example,
                                             bool with_choices) {
  std::vector<llm::ChatRequest> requests;
  for (const settings::MetricSettings& metric : settings.metrics) {
    if (!metric.is_graded() && !(metric.is_compared() && with_choices)) continue;
    const task::Rubric rubric = rubric_of(settings, metric);
    const std::string answer = task::longest_answer(rubric);
    if (metric.is_graded()) {
      requests.push_back({task::grade_question(rubric, example, answer).messages});
      continue;
    }
    for (int order = 0; order < (settings.judge->both_orders ? 2 : 1); ++order)
      requests.push_back({task::choice_question(rubric, example, answer, answer).messages});
  }
  return requests;
}

}  // namespace zopo::run
