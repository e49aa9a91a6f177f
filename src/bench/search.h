#pragma once
// One method on one landscape with one seed, and what came of it.

#include <cstdint>
#include <vector>

#include "bench/plan.h"
#include "zopo/data/landscape.h"

namespace zopo::bench {

struct BenchRun {
  double auc = 0;    // of the curve, after the initial evaluations
  double final = 0;  // its last value
  double candidates_tried = 0;
  double rounds = 0;
  std::vector<double> curve;  // at kCurvePoints equal steps of the budget, the last is its end
};

inline constexpr std::size_t kCurvePoints = 40;

// outcomes belong to the landscape; embeddings to its task; known: of its first candidates, as in
// optim::Problem, for methods that use it. Throws Failure{internal} when the
// method asks for more than its budget or than there are examples.
BenchRun run_on_landscape(const BenchConditions& conditions,
                          const BenchMethod& method,
                          const data::Landscape& landscape,
                          const data::RecordedOutcomes& outcomes,
                          const data::Embeddings& embeddings,
                          const Vector& known,
                          std::uint64_t seed);

}  // namespace zopo::bench
