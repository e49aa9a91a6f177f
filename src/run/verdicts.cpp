#include "run/verdicts.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "run/doubts.h"
#include "run/tie_break.h"
#include "zopo/task/verdict.h"

namespace zopo::run {
namespace {

// Of the examples that both have answered.
task::PairedScores paired_scores(const std::vector<task::Answer>& found,
                                 const std::vector<task::Answer>& in_use) {
  std::map<std::int64_t, double> known;
  for (const task::Answer& answer : in_use) {
    if (answer.state != llm::ReplyState::error) known[answer.example] = answer.score;
  }
  task::PairedScores scores;
  for (const task::Answer& answer : found) {
    const auto other = known.find(answer.example);
    if (answer.state == llm::ReplyState::error || other == known.end()) continue;
    scores.found.push_back(answer.score);
    scores.in_use.push_back(other->second);
  }
  return scores;
}

bool has_no_answer(const std::vector<task::Answer>& answers) {
  return std::all_of(answers.begin(), answers.end(), [](const task::Answer& answer) {
    return answer.state == llm::ReplyState::error;
  });
}

double mean_difference(const task::PairedScores& scores) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.found.size(); ++i) sum += scores.found[i] - scores.in_use[i];
  return scores.found.empty() ? 0 : sum / static_cast<double>(scores.found.size());
}

}  // namespace

void settle(const settings::Settings& settings,
            const Inputs& inputs,
            const Answers& answers,
            const Winner& winner,
            report::RunResult& result) {
  task::Decision decision;
  bool is_compared = true;
  if (winner.best == inputs.baseline) {
    decision.verdict = task::Verdict::in_use;
  } else {
    const auto on_test = answers.test_has_failed
                             ? task::PairedScores{}
                             : paired_scores(answers.best_test, answers.baseline_test);
    const auto on_dev =
        paired_scores(answers.search.board.at(*winner.best), baseline_on_dev(inputs, answers));
    decision = task::decide(on_dev, on_test);
    is_compared = !has_no_answer(baseline_on_dev(inputs, answers));
    decision.takes_over = decision.takes_over || !is_compared;
    // evaluation.tie_break asks for the lighter of two that are as good.
    constexpr double kRounding = 1e-9;
    const double difference = mean_difference(on_test.found.empty() ? on_dev : on_test);
    if (!decision.takes_over && difference >= -settings.evaluation.tie_tolerance - kRounding &&
        is_lighter(settings, inputs.candidates, answers.search, *winner.best, *inputs.baseline))
      decision = {task::Verdict::tie, true, decision.probability};
    if (!decision.takes_over) result.found = std::exchange(result.best, result.baseline);
  }
  result.verdict = task::to_string(decision.verdict);
  result.verdict_text =
      is_compared ? task::words_of(decision)
                  : "not compared with your prompt, which has no answer to any dev example";
}

void add_doubts(const settings::Settings& settings,
                const Inputs& inputs,
                const Answers& answers,
                report::RunResult& result) {
  const auto& best = result.found ? answers.baseline_test : answers.best_test;
  if (best.empty()) return;
  const data::Dataset& test = inputs.splits.test;
  for (std::string& doubt : doubts(settings, inputs, test, best, "the test"))
    result.warnings.push_back(std::move(doubt));
  const auto majority = majority_answer(settings, inputs, test);
  if (inputs.baseline || !majority) return;
  task::PairedScores scores;
  for (const task::Answer& answer : best) {
    if (answer.state == llm::ReplyState::error) continue;
    scores.found.push_back(answer.score);
    scores.in_use.push_back(majority->scores[static_cast<std::size_t>(answer.example)]);
  }
  if (scores.found.empty()) return;
  const double sum = std::accumulate(majority->scores.begin(), majority->scores.end(), 0.0);
  result.majority = report::RunResult::Majority{
      majority->answer, sum / static_cast<double>(majority->scores.size()),
      task::paired_difference(scores.found, scores.in_use)};
}

}  // namespace zopo::run
