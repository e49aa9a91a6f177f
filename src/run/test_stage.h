#pragma once
// The sealed test: winner and baseline on the test examples.

#include <optional>

#include "zopo/run/stages.h"

namespace zopo::run {

// The least part of the test that is worth reading: with fewer examples the intervals say little.
inline constexpr double kLeastPartOfTest = 0.5;

// Asks both, a part of the examples after the other, in an order drawn with the run's seed: where a
// cap ends it after the least part, what both have answered by then is the test, see
// Answers::test_cut_at. Incomplete without any answer, whatever error rate is allowed. The error
// that stopped it, if any.
std::optional<Error> run_test(const settings::Settings& settings,
                              const Inputs& inputs,
                              const Plan& plan,
                              const Winner& winner,
                              const Tolerance& tolerance,
                              Endpoint& endpoint,
                              Answers& answers);

}  // namespace zopo::run
