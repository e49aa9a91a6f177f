#pragma once
// What of the caps is kept for what comes after the search: the baseline on dev and the sealed
// test. Not the worst case, which would leave half of a cap unspent, but what they are going to
// cost as far as one can tell, with a margin: at first the number of calls alone, and tokens and
// dollars once some answers of the search tell what a call costs. It is set anew between rounds,
// when nothing is in flight, so it does not depend on timing.

#include <optional>
#include <string>

#include "zopo/llm/budget.h"
#include "zopo/run/plan.h"
#include "zopo/run/search_loop.h"
#include "zopo/run/stages.h"

namespace zopo::run {

// Tokens of a call for the candidate that is recommended, in units of those of all; 1 where too few
// are known.
double length_of_winner(const settings::Settings& settings, const SearchState& search);

// The part of the baseline's answers on dev that the search has not asked for, 0 to 1.
double baseline_left(const Inputs& inputs, const Answers& answers, const Plan& plan);

// The error of a run whose test is not begun.
Error no_room_for_test();

class FinalShare {
 public:
  // Borrows budget.
  FinalShare(const settings::Settings& settings,
             const Plan& plan,
             CostBound bound,
             llm::Budget& budget);

  // longer: how much longer than usual the requests for the winner to be and their replies are, in
  // tokens; 1 where nothing is known of it. Keeps nothing aside where not even the least part of
  // the test can be paid for any more: then the search may have it.
  // baseline_left: the part of the baseline's answers on dev that is still to be asked for.
  void update(double longer = 1, double baseline_left = 1);
  // Whether the least part of the test can still be paid for, as far as one can tell.
  bool has_room_for_test() const;

 private:
  struct Expected {
    llm::Amount mean, with_margin;
  };
  const RoleCost* cost_of(const std::string& role) const;
  // Of `calls` answers for role, judged by what those of `like` cost so far.
  // left: the part of them that is still to be asked for.
  Expected expected(const std::string& role,
                    const std::string& like,
                    double longer,
                    double left = 1) const;
  llm::Amount still_to_pay(const std::string& role, llm::Amount amount) const;

  bool is_capped_ = false;
  CostBound bound_;
  llm::Budget& budget_;
  double longer_ = 1;
};

}  // namespace zopo::run
