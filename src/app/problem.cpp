#include "app/problem.h"

#include <numeric>

#include "zopo/base/random.h"

namespace zopo::app {

std::vector<std::int64_t> dev_order(const Settings& settings, const Inputs& inputs) {
  std::vector<std::int64_t> order(inputs.splits.dev.examples.size());
  std::iota(order.begin(), order.end(), 0);
  Rng(settings.optimizer.seed, "dev-order").shuffle(order);
  return order;
}

optim::Problem make_problem(const Settings& settings,
                            const Inputs& inputs,
                            const Plan& plan,
                            data::Embeddings z) {
  return {.embeddings = std::move(z),
          .dev_examples = static_cast<std::int64_t>(inputs.splits.dev.examples.size()),
          .examples_per_evaluation = plan.examples_per_evaluation,
          .calls = plan.search_outcomes,
          .initial = plan.initial,
          .seed = settings.optimizer.seed};
}

}  // namespace zopo::app
