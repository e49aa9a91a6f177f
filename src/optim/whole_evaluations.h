#pragma once
// The published way to spend a budget, shared by all methods of that kind: first the initial
// candidates, then one choice after another, every candidate with a whole evaluation of
// examples_per_evaluation examples; recommend the best mean, the first queried of equals.
//
// With racing (racing.h) a candidate's evaluation comes in blocks, and is given up where it is
// hopeless against the best candidate of before; what that saves buys further candidates. The
// initial ones are evaluated whole.

#include <cstdint>
#include <vector>

#include "optim/evaluations.h"
#include "optim/racing.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

// The initial candidates of every method: the first draws of the stream "initial", so that all
// methods of one seed start from the same prompts; the baseline, where there is one, before them.
// As many as the problem says, at least 1, at most all; none when there are no candidates.
std::vector<CandidateId> initial_design(const Problem& problem);

// id before all others; where it is not among them, in place of the last. ids: at least one.
void put_first(CandidateId id, std::vector<CandidateId>& ids);

// A query without figures; examples to be set by whoever knows the budget.
Query query_of(CandidateId id, Phase phase);

class WholeEvaluations : public Method {
 public:
  Round ask() final;
  void tell(const std::vector<Outcome>& outcomes) final;
  Recommendation recommend() const final;

 protected:
  WholeEvaluations(const Problem& problem,
                   std::vector<CandidateId> initial,
                   const RacingOptions& racing = {});

  // The next candidates to evaluate, never asked before, most wanted first: those beyond the budget
  // are dropped. Called while evaluations and unasked candidates remain, with at least one tally;
  // empty ends the search. `examples` need not be set.
  virtual std::vector<Query> choose() = 0;

  const Problem& problem() const { return problem_; }
  const Evaluations& evaluations() const { return evaluations_; }
  // Whole evaluations that the budget still allows.
  std::int64_t evaluations_left() const;
  // Ids chosen last, in their order.
  const std::vector<CandidateId>& last_round() const { return last_round_; }

 private:
  // A candidate on its way, and what is left of its evaluation.
  struct Running {
    Query query;
    std::int64_t left;
  };

  std::vector<Query> next_choice();
  // Takes the price of a whole evaluation each, as far as the budget goes.
  void start(const std::vector<Query>& chosen);
  std::vector<Query> next_blocks();

  Problem problem_;
  std::int64_t examples_;  // of a whole evaluation
  std::int64_t calls_left_;
  RacingOptions racing_;
  std::vector<CandidateId> initial_, last_round_;
  Evaluations evaluations_;
  std::vector<Running> running_;
  Races races_;
  CandidateId incumbent_ = -1;  // whom those running race against; -1: nobody
  bool started_ = false;
};

}  // namespace zopo::optim
