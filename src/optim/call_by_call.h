#pragma once
// What the bandit methods share: candidates are arms, a call is a pull. Keeps the budget, the
// examples handed out and the sums of the answers; a method says which arm is pulled next.
//
// The arms are the initial design, then the others in a seeded random order. That order breaks
// ties, so the baseline, which stands first, is ahead of its equals. The first round asks the
// initial design.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "optim/evaluations.h"
#include "optim/option_reader.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

struct CallOptions {
  std::int64_t round = 20;  // calls of a round, which may be under way at once
  std::int64_t block = 2;   // examples that an arm is given at once
  // The first so many of the arms take part; never fewer than the initial design.
  std::int64_t arms = std::numeric_limits<std::int64_t>::max();
};

// Options "round" (usually usual_round()) and "block".
CallOptions read_call_options(const Problem& problem, OptionReader& read);

struct Arm {
  CandidateId id = 0;
  std::int64_t asked = 0;  // examples handed out
  std::int64_t n = 0;      // answers
  double sum = 0;          // of their scores

  double mean() const { return sum / static_cast<double>(n); }  // n >= 1
};

class CallByCall : public Method {
 public:
  Round ask() final;
  void tell(const std::vector<Outcome>& outcomes) final;
  Recommendation recommend() const final;

 protected:
  CallByCall(const Problem& problem, const CallOptions& options);

  // Hands out a round's calls, room(round) at most. Called while calls are left, with at least one
  // answer. Handing out nothing ends the search.
  virtual void choose(Round& round) = 0;
  // The answers of a round, after arms() has them.
  virtual void learn(const std::vector<Outcome>& /*outcomes*/) {}
  // What an arm with answers is expected to score, in score units.
  virtual double estimate(std::size_t arm) const = 0;
  // The arm to recommend. Called where there are answers.
  virtual std::size_t preferred() const { return best_of(tried_); }

  const std::vector<Arm>& arms() const { return arms_; }
  // Arms with answers, in the order of the first ones.
  const std::vector<std::size_t>& tried() const { return tried_; }
  std::size_t arm_of(CandidateId id) const { return position_.at(id); }  // of one asked before
  std::int64_t block() const { return options_.block; }
  std::int64_t dev_examples() const { return problem_.dev_examples; }
  std::int64_t examples_left(std::size_t arm) const;
  // Calls that may still be handed out in this round.
  std::int64_t room(const Round& round) const;
  // The next examples of an arm, as far as budget and dev go; merged with those that it has in this
  // round already. index: for the trace. Returns how many.
  std::int64_t hand_out(std::size_t arm,
                        std::int64_t examples,
                        Round& round,
                        std::optional<double> index = {});
  // Of arms, the highest estimate among those with answers; the first arm of equals. Requires one.
  std::size_t best_of(std::span<const std::size_t> arms) const;
  // Fills the round: block by block to the arm of the highest index(arm, pending), where pending
  // are the examples that it was handed in this round; the first of equals.
  template <class IndexOf>
  void fill(Round& round, IndexOf index);

  // Examples of each initial arm, where the method has a number of its own.
  void set_first_look(std::int64_t examples) { first_look_ = examples; }
  std::size_t initial() const { return initial_; }

 private:
  void first_round(Round& round);

  const Problem problem_;
  const CallOptions options_;
  std::vector<Arm> arms_;
  std::unordered_map<CandidateId, std::size_t> position_;
  std::vector<std::size_t> tried_;
  Evaluations evaluations_;
  std::size_t initial_ = 0;
  std::int64_t calls_left_;
  std::int64_t first_look_;
  bool started_ = false;
};

template <class IndexOf>
void CallByCall::fill(Round& round, IndexOf index) {
  std::vector<std::int64_t> pending(arms_.size(), 0);
  std::vector<double> values;
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) values.push_back(index(arm, 0));
  while (room(round) > 0) {
    std::size_t choice = arms_.size();
    for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
      if (examples_left(arm) <= 0) continue;
      if (choice == arms_.size() || values[arm] > values[choice]) choice = arm;
    }
    if (choice == arms_.size()) return;
    pending[choice] += hand_out(choice, std::min(block(), room(round)), round, values[choice]);
    values[choice] = index(choice, pending[choice]);
  }
}

// The mean of an arm drawn towards the pooled one by two pseudo-answers: among arms that were asked
// alike the order of the means, and no first answer counts for more than it says.
double shrunk_mean(const Arm& arm, double pooled);
double pooled_mean(const std::vector<Arm>& arms);

}  // namespace zopo::optim
