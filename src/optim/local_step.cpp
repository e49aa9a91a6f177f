// The candidates that join the pool of zopo each round, where the domain is large. Called by zopo
// after every round that was told.

#include "optim/local_step.h"

#include <algorithm>

namespace zopo::optim {

LocalStep::LocalStep(const ZopoOptions& options, std::uint64_t seed)
    : options_(options), rng_(seed, "zopo") {}

void LocalStep::enlarge_pool(const std::vector<CandidateId>& incumbents, Beliefs& beliefs) {
  constexpr std::size_t kIncumbents = 3;
  if (beliefs.model().is_fitted()) {
    const CandidateId at = incumbents[rounds_ % std::min(kIncumbents, incumbents.size())];
    const KernelSpace& space = beliefs.space();
    const Vector target = space.to_domain(space.point(at) + step_from(at, beliefs.model()));
    beliefs.pool().add(
        beliefs.domain().nearest(target, options_.neighbors, &beliefs.pool().members()));
  }
  const Index m = beliefs.domain().size();
  beliefs.pool().add(rng_.sample(m, std::min<std::int64_t>(m, options_.from_everywhere)));
  ++rounds_;
}

Vector LocalStep::step_from(CandidateId at, const AnswerModel& model) {
  Vector direction = model.gradient(at);
  gradient_norm_ = direction.norm();
  if (!options_.gradient) {
    for (double& x : direction) x = rng_.normal();
  }
  const double length = direction.norm();
  if (!(length > 0)) return Vector::Zero(direction.size());
  return options_.step / length * direction;
}

}  // namespace zopo::optim
