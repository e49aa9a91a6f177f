#pragma once
// What a run may cost before anything is sent: counts of examples, calls and their bounds.

#include <cstdint>
#include <optional>
#include <vector>

#include "zopo/app/inputs.h"
#include "zopo/app/settings.h"
#include "zopo/task/judge.h"

namespace zopo::app {

struct Plan {
  std::int64_t examples_per_evaluation = 0;
  std::int64_t initial = 0;
  std::int64_t repeats = 1;
  std::int64_t grades = 0;   // that a judge gives each reply
  std::int64_t choices = 0;  // that it makes between each reply and the baseline's
  // In outcomes of one example each; an outcome is `repeats` calls.
  std::int64_t search_outcomes = 0;
  std::int64_t baseline_outcomes = 0;  // of the baseline prompt on dev
  std::int64_t test_outcomes = 0;      // winner and baseline
  std::int64_t write_calls = 0;        // replies of the model that writes, in all
  std::int64_t initial_writes = 0;     // of them before the search
  std::int64_t reflect_outcomes = 0;   // answers on train, to find wrong ones
  std::int64_t variations = 0;         // candidates made during the search without a call
  std::int64_t embed_calls = 0;        // requests to an embeddings endpoint
  bool search_cut_by_calls = false;    // budget.calls leaves less than budget.evaluations wanted
  bool test_cut_by_calls = false;      // budget.calls leaves nothing for the test

  std::int64_t search_calls() const { return search_outcomes * repeats; }
  std::int64_t reflect_calls() const { return reflect_outcomes * repeats; }
  std::int64_t final_calls() const { return (baseline_outcomes + test_outcomes) * repeats; }
  // The judge's. The baseline's replies are not compared with themselves.
  std::int64_t judge_search_calls() const { return search_calls() * (grades + choices); }
  std::int64_t judge_test_calls() const {
    return (test_outcomes * grades + test_outcomes / 2 * choices) * repeats;
  }
  std::int64_t judge_calls() const {
    return judge_search_calls() + (baseline_outcomes + reflect_outcomes) * grades * repeats +
           judge_test_calls();
  }
  // Exact upper bound of answered calls: requests that fail and are sent again come on top, within
  // budget.calls.
  std::int64_t calls() const {
    return write_calls + reflect_calls() + embed_calls + search_calls() + final_calls() +
           judge_calls();
  }
};

// The share of the final test is kept aside first; what budget.calls then leaves is the search's.
Plan make_plan(const Settings& settings, const Inputs& inputs);

// Upper bounds over all planned calls: a prompt token is at least one byte of the request, a reply
// has at most max_tokens.
struct CostBound {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::optional<double> usd;  // when the price is known
};
// By a judge, of one reply of the model.
std::int64_t calls_of_judge(const Settings& settings);

// What a judge is asked by each of the metrics that it decides, for the longest answer to example;
// comparisons with the baseline among them or not.
std::vector<llm::ChatRequest> judge_requests(const Settings& settings,
                                             const data::Example& example,
                                             bool with_choices);
// The rubric of one of them.
task::Rubric rubric_of(const Settings& settings, const MetricSettings& metric);

// The longest texts that may stand for {{instruction}} and {{exemplars}}.
task::Candidate longest_candidate(const Settings& settings, const Inputs& inputs);

// Of a search method that can grow: candidates made at a time without a call.
constexpr std::int64_t kVariationsAtOnce = 16;
CostBound bound_cost(const Settings& settings, const Inputs& inputs, const Plan& plan);

}  // namespace zopo::app
