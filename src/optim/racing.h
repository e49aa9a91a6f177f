#pragma once
// Racing: a whole evaluation is given out in blocks and stopped early where the challenger is
// hopeless against the incumbent on the examples that both have answered.
//
// The test may be looked at after every block (anytime-valid): under the hypothesis that the
// challenger is at least as good, the capital of somebody who bets on each paired difference being
// negative is a non-negative supermartingale, so it reaches 1 / alpha with probability at most
// alpha (Ville's inequality; Waudby-Smith & Ramdas, "Estimating means of bounded random variables
// by betting", JRSS B 2024). Here the capital is shared between four fixed stakes.

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "optim/option_reader.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

struct RacingOptions {
  bool on = false;
  std::int64_t block = 10;  // examples between two looks
  double alpha = 0.1;       // chance that a challenger as good as the incumbent is stopped
};

// Options "racing", "racing_block" and "racing_alpha".
RacingOptions read_racing(OptionReader& read);

// The bets on one pair.
class PairedTest {
 public:
  // difference in [-1, 1]: challenger - incumbent on one example.
  void add(double difference);
  // Capital over what was laid out; at least 1 / alpha refutes "at least as good" at level alpha.
  double capital() const;

 private:
  static constexpr std::array kStakes = {0.125, 0.25, 0.5, 0.75};
  std::array<double, kStakes.size()> log_capitals_{};
};

// The scores of all candidates, example by example, and who is hopeless.
class Races {
 public:
  explicit Races(double alpha) : alpha_(alpha) {}

  void add(const Outcome& outcome);
  // By the examples that both have answered, in the challenger's order.
  bool hopeless(CandidateId challenger, CandidateId incumbent) const;

 private:
  struct Answer {
    std::int64_t example;
    double score;
  };
  double alpha_;
  std::map<CandidateId, std::vector<Answer>> answers_;
};

}  // namespace zopo::optim
