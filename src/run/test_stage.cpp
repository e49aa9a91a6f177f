#include "run/test_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "zopo/base/random.h"

namespace zopo::run {
namespace {

constexpr std::size_t kParts = 4, kSmallestPart = 16;

std::int64_t answered(const std::vector<task::Answer>& answers) {
  return std::count_if(answers.begin(), answers.end(), [](const task::Answer& answer) {
    return answer.state != llm::ReplyState::error;
  });
}

// Whatever max_error_rate allows: without an answer there is no score.
std::optional<Error> check_for_scores(const Answers& answers) {
  for (const auto* of : {&answers.best_test, &answers.baseline_test}) {
    if (of->empty() || answered(*of) > 0) continue;
    return Error{
        ErrorKind::incomplete,
        fmt::format("the test: none of the {} examples that {} was asked has an answer; "
                    "the first: {}",
                    of->size(), of == &answers.best_test ? "the best prompt" : "the baseline",
                    of->front().error.message)};
  }
  return std::nullopt;
}

void sort_by_example(std::vector<task::Answer>& answers) {
  std::sort(answers.begin(), answers.end(),
            [](const task::Answer& a, const task::Answer& b) { return a.example < b.example; });
}

class TestStage {
 public:
  TestStage(const settings::Settings& settings,
            const Inputs& inputs,
            const Winner& winner,
            Endpoint& endpoint,
            Answers& answers)
      : test_(inputs.splits.test),
        best_(inputs.candidates.at(static_cast<std::size_t>(*winner.best))),
        baseline_(winner.baseline),
        is_same_(best_.is_same(baseline_)),
        is_compared_(settings::has_preference(settings) && !is_same_),
        inputs_(inputs),
        endpoint_(endpoint),
        answers_(answers) {}

  // Both on these examples; what they answered counts only where both were asked all of them.
  std::optional<Error> ask(std::span<const std::int64_t> examples) {
    std::vector<task::Answer> best, baseline;
    // A metric that compares with the baseline's replies needs them first; else all go out at once.
    if (is_compared_) {
      if (auto error = ask_for(nullptr, items(baseline_, examples), baseline)) return error;
      const task::Opponents opponents = opponents_of(test_, baseline);
      if (auto error = ask_for(&opponents, items(best_, examples), best)) return error;
    } else {
      std::vector<task::Item> both = items(best_, examples);
      if (!is_same_) {
        const std::vector<task::Item> of_baseline = items(baseline_, examples);
        both.insert(both.end(), of_baseline.begin(), of_baseline.end());
      }
      if (auto error = ask_for(nullptr, both, best)) return error;
      if (!is_same_) {
        const auto middle = best.begin() + static_cast<std::ptrdiff_t>(examples.size());
        baseline.assign(middle, best.end());
        best.erase(middle, best.end());
      }
    }
    append(best, answers_.best_test);
    append(is_same_ ? best : baseline, answers_.baseline_test);
    return std::nullopt;
  }

  void put_in_order() {
    sort_by_example(answers_.best_test);
    sort_by_example(answers_.baseline_test);
    if (!is_same_) return;
    for (task::Answer& answer : answers_.baseline_test) {  // answered once, so needed once
      answer.calls = answer.calls_paid = 0;
      answer.usage = {};
      answer.judge = {};
    }
  }

 private:
  static std::vector<task::Item> items(const task::Candidate& candidate,
                                       std::span<const std::int64_t> examples) {
    std::vector<task::Item> all;
    for (const std::int64_t example : examples) all.push_back({candidate, example});
    return all;
  }
  static void append(const std::vector<task::Answer>& more, std::vector<task::Answer>& all) {
    all.insert(all.end(), more.begin(), more.end());
  }

  std::optional<Error> ask_for(const task::Opponents* opponents,
                               const std::vector<task::Item>& what,
                               std::vector<task::Answer>& into) {
    auto error = answer_all(endpoint_.evaluator(inputs_, test_, "test", opponents), what, into);
    answers_.test_asked += static_cast<std::int64_t>(what.size());
    answers_.test_answered += answered(into);
    return error;
  }

  const data::Dataset& test_;
  const task::Candidate& best_;
  const task::Candidate& baseline_;
  const bool is_same_, is_compared_;
  const Inputs& inputs_;
  Endpoint& endpoint_;
  Answers& answers_;
};

}  // namespace

std::optional<Error> run_test(const settings::Settings& settings,
                              const Inputs& inputs,
                              const Plan& plan,
                              const Winner& winner,
                              const Tolerance& tolerance,
                              Endpoint& endpoint,
                              Answers& answers) {
  if (plan.test_outcomes == 0) return std::nullopt;
  const std::size_t n = inputs.splits.test.examples.size();
  std::vector<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  Rng(settings.optimizer.seed, "test").shuffle(order);
  const std::size_t part = std::max(kSmallestPart, (n + kParts - 1) / kParts);
  TestStage stage(settings, inputs, winner, endpoint, answers);
  for (std::size_t at = 0; at < n; at += part) {
    auto error = stage.ask(std::span(order).subspan(at, std::min(part, n - at)));
    if (!error) continue;
    const bool is_enough =
        static_cast<double>(at) >= kLeastPartOfTest * static_cast<double>(n) && at > 0;
    if (error->kind != ErrorKind::budget || !is_enough) {
      answers.best_test.clear();
      answers.baseline_test.clear();
      return error;
    }
    answers.test_cut_at = static_cast<std::int64_t>(at);
    break;
  }
  stage.put_in_order();
  // Their scores are kept and reported all the same: the search that they end is paid for.
  const ExampleNames names{"test", &inputs.splits.test};
  auto error = tolerance.check(answers.best_test, "the best prompt on the test", names);
  if (!error) error = tolerance.check(answers.baseline_test, "the baseline on the test", names);
  const auto without_score = check_for_scores(answers);
  answers.test_has_failed = without_score.has_value();
  return error ? error : without_score;
}

}  // namespace zopo::run
