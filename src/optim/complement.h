#pragma once
// Two prompts that are right on different examples: a cross of them may be right on both's.

#include <span>
#include <vector>

#include "zopo/gp/logistic_posterior.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

// A candidate and its row among the answers.
struct Partner {
  CandidateId id = 0;
  Index row = 0;
  double score = 0;  // posterior mean, in [0, 1]
};

// The mean over examples of the better answer of the two, in [0, 1]: as they did on the examples
// that both have answered, and as if they were right independently on kUnseen more.
inline constexpr double kUnseen = 8;
double best_of_two(const Partner& a, const Partner& b, std::span<const gp::Observation> answers);

// The first of `best` with each of the others, those first that complement it most; of equals the
// one that stands first.
std::vector<std::vector<CandidateId>> pairs_by_complement(std::span<const Partner> best,
                                                          std::span<const gp::Observation> answers);

}  // namespace zopo::optim
