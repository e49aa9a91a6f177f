#include "optim/round_size.h"

#include <algorithm>

namespace zopo::optim {

std::int64_t usual_round(const Problem& problem) {
  constexpr std::int64_t kRounds = 20, kLeast = 2;
  if (!problem.ways.empty()) return std::max<std::int64_t>(1, problem.examples_per_evaluation);
  const std::int64_t share = std::max(kLeast, problem.calls / kRounds);
  return std::max<std::int64_t>(1, std::min(problem.examples_per_evaluation, share));
}

}  // namespace zopo::optim
