#include "optim/frontier.h"

#include <algorithm>
#include <cmath>

namespace zopo::optim {
namespace {

constexpr Index kNearest = 10;  // that are a neighbourhood

bool is_open(CandidateId id,
             double to_beat,
             const CandidatePool& pool,
             const AnswerModel& model,
             double beta) {
  if (model.evaluations().position(id) >= 0) return false;
  const Index at = pool.position(id);
  if (at < 0 || at >= model.mean().size()) return true;
  return model.mean()(at) + beta * std::sqrt(model.variance()(at)) > to_beat;
}

bool is_exhausted(const KernelSpace& space,
                  const CandidatePool& pool,
                  const AnswerModel& model,
                  CandidateId incumbent,
                  double beta) {
  const double to_beat = model.mean()(pool.position(incumbent));
  const Domain& domain = space.domain();
  const std::vector<CandidateId> near = domain.nearest(domain.point(incumbent), kNearest + 1);
  return std::none_of(near.begin(), near.end(), [&](CandidateId id) {
    return id != incumbent && is_open(id, to_beat, pool, model, beta);
  });
}

bool is_uphill_outside(const KernelSpace& space,
                       const AnswerModel& model,
                       CandidateId incumbent,
                       double step) {
  const Vector gradient = model.gradient(incumbent);
  const double length = gradient.norm();
  if (!(length > 0)) return false;
  const Vector uphill = gradient / length;
  const Vector heights = space.dots(uphill);
  return heights.maxCoeff() - heights(incumbent) < step / 2;
}

std::vector<Recommendation> asked_around(const Domain& domain,
                                         const CandidatePool& pool,
                                         const AnswerModel& model,
                                         CandidateId incumbent) {
  Flags skip(static_cast<std::size_t>(domain.size()), 1);
  for (const Tally& tally : model.evaluations().tallies())
    skip[static_cast<std::size_t>(tally.id)] = 0;
  std::vector<Recommendation> around;
  for (const CandidateId id : domain.nearest(domain.point(incumbent), Frontier::kAround, &skip))
    around.push_back({id, model.score(model.mean()(pool.position(id)))});
  std::stable_sort(around.begin(), around.end(),
                   [](const auto& a, const auto& b) { return a.mean < b.mean; });
  return around;
}

}  // namespace

Frontier find_frontier(const KernelSpace& space,
                       const CandidatePool& pool,
                       const AnswerModel& model,
                       CandidateId incumbent,
                       const FrontierOptions& options) {
  Frontier frontier{Frontier::State::open, incumbent, {}};
  const Evaluations& evaluations = model.evaluations();
  const Index row = evaluations.position(incumbent);
  if (evaluations.tallies()[static_cast<std::size_t>(row)].n < options.enough) return frontier;
  if (is_exhausted(space, pool, model, incumbent, options.beta)) {
    frontier.state = Frontier::State::exhausted;
  } else if (is_uphill_outside(space, model, incumbent, options.step)) {
    frontier.state = Frontier::State::beyond;
  } else {
    return frontier;
  }
  frontier.around = asked_around(space.domain(), pool, model, incumbent);
  return frontier;
}

}  // namespace zopo::optim
