#pragma once
// What a search method is told of a task.

#include <cstdint>
#include <optional>
#include <vector>

#include "zopo/optim/method.h"
#include "zopo/run/inputs.h"
#include "zopo/run/plan.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

// One seeded order of the dev examples, the same for every prompt, so that comparisons are paired.
std::vector<std::int64_t> dev_order(const settings::Settings& settings, const Inputs& inputs);

// Is the search by a method that orders candidates to be written?
bool orders_candidates(const settings::OptimizerSettings& optimizer);

// Without ways to write.
optim::Problem make_problem(const settings::Settings& settings,
                            const Inputs& inputs,
                            const Plan& plan,
                            data::Embeddings z);

// Throws Failure{config}: an unknown method, options that it does not have. local: embeddings that
// are there; nothing where they are yet to be made.
void check_method(const settings::Settings& settings,
                  const Inputs& inputs,
                  const Plan& plan,
                  const std::optional<data::Embeddings>& local);

}  // namespace zopo::run
