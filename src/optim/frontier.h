#pragma once
// When does a search need candidates that are not there? The published step (ZOPO, NeurIPS 2024,
// Sec. 4.2) goes from the incumbent z to z' = z + eta mu, mu the gradient of the posterior mean,
// and projects z' on a candidate, whatever lies between. Two criteria of our own say that no
// candidate deserves that:
//
// - exhausted: of the kNearest candidates nearest to z each has been asked, or its upper confidence
//   bound is no higher than the posterior mean at z.
// - beyond: no candidate lies on the far side of the plane that halves the step, that is
//   (z_i - z) . mu / |mu| < step / 2 for all i. So every one of them, and with them their convex
//   hull, is nearer to z than to z' as the gradient looks: uphill lies outside.
//
// An incumbent with few answers says nothing yet: open.

#include "optim/answer_model.h"
#include "optim/candidate_pool.h"
#include "zopo/optim/kernel_space.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

struct FrontierOptions {
  std::int64_t enough = 1;  // answers of the incumbent
  double beta = 0;          // of the upper confidence bound
  double step = 0;          // |eta mu|, in kernel units
};

// model is fitted; incumbent has answers. Two passes over the embeddings at most.
Frontier find_frontier(const KernelSpace& space,
                       const CandidatePool& pool,
                       const AnswerModel& model,
                       CandidateId incumbent,
                       const FrontierOptions& options);

}  // namespace zopo::optim
