#pragma once
// The local step of zopo (ZOPO, NeurIPS 2024, Sec. 4): which candidates of a large domain join the
// pool each round.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "optim/beliefs.h"
#include "optim/zopo_options.h"
#include "zopo/base/random.h"

namespace zopo::optim {

class LocalStep {
 public:
  // options outlive this object.
  LocalStep(const ZopoOptions& options, std::uint64_t seed);

  // Adds the neighbourhood of z_t + eta mu(z_t), where there is a model, and a few from everywhere.
  // z_t is one of the best incumbents in turn; incumbents: best first. One pass over the
  // embeddings.
  void enlarge_pool(const std::vector<CandidateId>& incumbents, Beliefs& beliefs);

  // |mu(z_t)| of the last step; 0 before the first.
  double gradient_norm() const { return gradient_norm_; }

 private:
  Vector step_from(CandidateId at, const AnswerModel& model);

  const ZopoOptions& options_;
  Rng rng_;
  std::size_t rounds_ = 0;
  double gradient_norm_ = 0;
};

}  // namespace zopo::optim
