#include "bench/grown_domain.h"

#include <algorithm>
#include <utility>

#include "zopo/base/random.h"
#include "zopo/optim/nearest.h"

namespace zopo::bench {

GrownDomain::GrownDomain(const data::Embeddings& recorded,
                         Index candidates,
                         const std::string& name)
    : added_(points_between(recorded, candidates, name)), embeddings_(with(recorded, added_)) {}

std::vector<GrownDomain::Between> GrownDomain::points_between(const data::Embeddings& recorded,
                                                              Index candidates,
                                                              const std::string& name) {
  constexpr Index kNeighbors = 10;
  const Index n = recorded.rows();
  std::vector<Between> points;
  if (n < 2) return points;
  Rng rng(static_cast<std::uint64_t>(candidates), "grown domain of " + name);
  for (Index i = n; i < candidates; ++i) {
    const auto from = static_cast<Index>(rng.below(static_cast<std::uint64_t>(n)));
    optim::Flags itself(static_cast<std::size_t>(n), 0);
    itself[static_cast<std::size_t>(from)] = 1;
    const std::vector<optim::CandidateId> near =
        optim::nearest(recorded, recorded.row(from), std::min(kNeighbors, n - 1), &itself);
    points.push_back({from, near[rng.below(near.size())], rng.uniform()});
  }
  return points;
}

data::Embeddings GrownDomain::with(const data::Embeddings& recorded,
                                   const std::vector<Between>& points) {
  if (points.empty()) return recorded;
  const Index n = recorded.rows();
  RowMatrix z(n + static_cast<Index>(points.size()), recorded.dim());
  for (Index i = 0; i < n; ++i) z.row(i) = recorded.row(i).transpose();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& [from, to, share] = points[i];
    z.row(n + static_cast<Index>(i)) = share * z.row(from) + (1 - share) * z.row(to);
  }
  return data::Embeddings::from_matrix(std::move(z));
}

std::vector<double> GrownDomain::grown(std::vector<double> values) const {
  values.reserve(values.size() + added_.size());
  for (const auto& [from, to, share] : added_) {
    values.push_back(share * values[static_cast<std::size_t>(from)] +
                     (1 - share) * values[static_cast<std::size_t>(to)]);
  }
  return values;
}

}  // namespace zopo::bench
