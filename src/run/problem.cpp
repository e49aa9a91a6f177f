#include "zopo/run/problem.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "zopo/base/random.h"

namespace zopo::run {

std::vector<std::int64_t> dev_order(const settings::Settings& settings, const Inputs& inputs) {
  std::vector<std::int64_t> order(inputs.splits.dev.examples.size());
  std::iota(order.begin(), order.end(), 0);
  Rng(settings.optimizer.seed, "dev-order").shuffle(order);
  return order;
}

namespace {

// Candidates that are yet to be generated will have it first.
std::optional<optim::CandidateId> baseline_of(const settings::Settings& settings,
                                              const Inputs& inputs) {
  if (inputs.candidates.empty() && settings.baseline) return 0;
  return inputs.baseline;
}

}  // namespace

optim::Problem make_problem(const settings::Settings& settings,
                            const Inputs& inputs,
                            const Plan& plan,
                            data::Embeddings z) {
  return {.embeddings = std::move(z),
          .dev_examples = static_cast<std::int64_t>(inputs.splits.dev.examples.size()),
          .examples_per_evaluation = plan.examples_per_evaluation,
          .calls = plan.search_outcomes,
          .initial = plan.initial,
          .seed = settings.optimizer.seed,
          .baseline = baseline_of(settings, inputs),
          .known = known_scores(inputs),
          .price = settings.budget.price};
}

bool orders_candidates(const settings::OptimizerSettings& optimizer) {
  const auto whole = optimizer.options.is_object() ? optimizer.options.find("whole_evaluations")
                                                   : optimizer.options.end();
  const std::optional<optim::MethodTraits> traits = optim::traits_of(optimizer.method);
  return traits && traits->whole_or_writes && (whole == optimizer.options.end() || *whole != true);
}

void check_method(const settings::Settings& settings,
                  const Inputs& inputs,
                  const Plan& plan,
                  const std::optional<data::Embeddings>& local) {
  nlohmann::json options = settings.optimizer.options;
  if (!local && options.is_object()) options.erase("layers");  // have to fit what is not there yet
  const auto stand_in = [&] {
    return data::Embeddings::from_matrix(
        RowMatrix(RowMatrix::Ones(expected_candidates(settings, inputs), 1)));
  };
  optim::make_method(settings.optimizer.method,
                     make_problem(settings, inputs, plan, local ? *local : stand_in()), options);
  const auto& exemplars = settings.candidates.exemplars;
  const bool refines = exemplars && exemplars->refine.value_or(0) > 0;
  if (orders_candidates(settings.optimizer) || !refines) return;
  throw Failure(ErrorKind::config,
                fmt::format("/candidates/exemplars/refine: method {} cannot go on when candidates "
                            "are added. Remove it, or choose method zopo without "
                            "whole_evaluations.",
                            settings.optimizer.method));
}

}  // namespace zopo::run
