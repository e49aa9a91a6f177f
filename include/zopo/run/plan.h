#pragma once
// What a run may cost before anything is sent: counts of examples, calls and their bounds.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/saturating.h"
#include "zopo/llm/budget.h"
#include "zopo/run/inputs.h"
#include "zopo/settings/settings.h"
#include "zopo/task/judge.h"

namespace zopo::run {

struct Plan {
  std::int64_t examples_per_evaluation = 0;
  std::int64_t initial = 0;
  std::int64_t repeats = 1;
  std::int64_t grades = 0;   // that a judge gives each reply
  std::int64_t choices = 0;  // that it makes between each reply and the baseline's
  // In outcomes of one example each; an outcome is `repeats` calls. What is written during the
  // search, and what is asked for it on train, is taken out of the search's.
  std::int64_t search_outcomes = 0;
  std::int64_t baseline_outcomes = 0;  // of the baseline prompt on dev
  std::int64_t missing_outcomes = 0;   // that budget.calls takes from the search
  // Of the baseline's, those that the search has back when it asks for them itself.
  std::int64_t spared_outcomes = 0;
  std::int64_t test_outcomes = 0;     // winner and baseline
  std::int64_t write_calls = 0;       // replies of the model that writes, in all
  std::int64_t initial_writes = 0;    // of them before the search
  std::int64_t reflect_outcomes = 0;  // answers on train, to find wrong ones
  std::int64_t variations = 0;        // candidates made during the search without a call
  std::int64_t embed_calls = 0;       // requests to an embeddings endpoint
  bool test_cut_by_calls = false;     // budget.calls leaves nothing for the test

  std::int64_t later_writes() const { return write_calls - initial_writes; }
  // All sums stop at the largest integer.
  std::int64_t search_calls() const { return times(search_outcomes, repeats); }
  std::int64_t reflect_calls() const { return times(reflect_outcomes, repeats); }
  std::int64_t baseline_calls() const { return times(baseline_outcomes, repeats); }
  std::int64_t test_calls() const { return times(test_outcomes, repeats); }
  // The judge's. The baseline's replies are not compared with themselves.
  std::int64_t judge_search_calls() const { return times(search_calls(), grades + choices); }
  std::int64_t judge_test_calls() const {
    return plus(times(test_calls(), grades), times(times(test_outcomes / 2, repeats), choices));
  }
  std::int64_t judge_calls() const {
    return plus(plus(judge_search_calls(), times(baseline_calls(), grades)), judge_test_calls());
  }
  // Exact upper bound of answers: requests that are charged and bring none come on top, see
  // CostBound.
  std::int64_t calls() const {
    const std::int64_t model = plus(search_calls(), plus(baseline_calls(), test_calls()));
    return plus(plus(plus(initial_writes, embed_calls), model), judge_calls());
  }

 private:
  static std::int64_t times(std::int64_t a, std::int64_t b) { return saturated_product(a, b); }
  static std::int64_t plus(std::int64_t a, std::int64_t b) { return saturated_sum(a, b); }
};

// The share of the final test is kept aside first; what budget.calls then leaves is the search's.
Plan make_plan(const settings::Settings& settings, const Inputs& inputs);

// Of one kind of calls.
struct RoleCost {
  std::string role;     // as in the account of the spending
  llm::Amount most;     // all of them together
  llm::Amount typical;  // the same, one sending each
  llm::Amount longest;  // one of them
  std::optional<llm::Pricing> pricing;
};
// What a run can come to. At most: a prompt token is at least one byte of the request, a reply has
// at most max_tokens, and each answer may need llm.empty_retries further sendings (one at least),
// for those that are charged and unusable. Typically: four bytes a token, replies about as long as
// the references, one sending each. No cap of the budget is exceeded.
struct CostBound {
  std::int64_t calls = 0, prompt_tokens = 0, completion_tokens = 0;
  std::optional<double> usd;  // when all prices are known
  struct Typical {
    std::int64_t calls = 0, prompt_tokens = 0, completion_tokens = 0;
    std::optional<double> usd;
  };
  Typical typical;
  std::vector<RoleCost> roles;
  // `most` of all roles, for Budget::set_bound(). Without a cost where a price is not known.
  llm::Amount most() const;
};
// By a judge, of one reply of the model.
std::int64_t calls_of_judge(const settings::Settings& settings);

// What a judge is asked by each of the metrics that it decides, for the longest answer to example;
// comparisons with the baseline among them or not.
std::vector<llm::ChatRequest> judge_requests(const settings::Settings& settings,
                                             const data::Example& example,
                                             bool with_choices);
// The rubric of one of them.
task::Rubric rubric_of(const settings::Settings& settings, const settings::MetricSettings& metric);

// The longest texts that may stand for {{instruction}} and {{exemplars}}.
task::Candidate longest_candidate(const settings::Settings& settings, const Inputs& inputs);

CostBound bound_cost(const settings::Settings& settings, const Inputs& inputs, const Plan& plan);

}  // namespace zopo::run
