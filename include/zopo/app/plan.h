#pragma once
// What a run may cost before anything is sent: counts of examples, calls and their bounds.

#include <cstdint>
#include <optional>

#include "zopo/app/inputs.h"
#include "zopo/app/settings.h"

namespace zopo::app {

struct Plan {
  std::int64_t examples_per_evaluation = 0;
  std::int64_t initial = 0;
  std::int64_t repeats = 1;
  // In outcomes of one example each; an outcome is `repeats` calls.
  std::int64_t search_outcomes = 0;
  std::int64_t baseline_outcomes = 0;  // of the baseline prompt on dev
  std::int64_t test_outcomes = 0;      // winner and baseline
  std::int64_t generate_calls = 0;     // replies of the generator; those it took, once it is done
  std::int64_t embed_calls = 0;        // requests to an embeddings endpoint
  bool search_cut_by_calls = false;    // budget.calls leaves less than budget.evaluations wanted
  bool test_cut_by_calls = false;      // budget.calls leaves nothing for the test

  std::int64_t search_calls() const { return search_outcomes * repeats; }
  std::int64_t final_calls() const { return (baseline_outcomes + test_outcomes) * repeats; }
  // Exact upper bound of answered calls: requests that fail and are sent again come on top, within
  // budget.calls.
  std::int64_t calls() const {
    return generate_calls + embed_calls + search_calls() + final_calls();
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
// The longest text that may stand for {{instruction}}.
const std::string& longest_instruction(const Settings& settings, const Inputs& inputs);
CostBound bound_cost(const Settings& settings, const Inputs& inputs, const Plan& plan);

}  // namespace zopo::app
