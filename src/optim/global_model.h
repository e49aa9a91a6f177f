#pragma once
// A Gaussian process over all candidates at once, for methods that choose by an acquisition over
// the whole domain. Hyper-parameters, centre and scale of the scores are fixed between refreshes;
// then a new score costs one pass over the embeddings and O(m n). A refresh costs O(m n^2). Keeps
// three numbers for every pair of a candidate and a prompt queried.

#include <optional>
#include <vector>

#include "optim/evaluations.h"
#include "optim/queried_gram.h"
#include "optim/surrogate.h"
#include "zopo/gp/candidate_posterior.h"

namespace zopo::optim {

struct GlobalModelOptions {
  bool evidence = true;  // choose among the kernels; else the first with amplitude 1
  // Refresh when the scores have grown by this share since the last refresh (0: at every score).
  double refresh_growth = 1.0 / 16;
};

class GlobalModel {
 public:
  // space outlives this object. kernels: not empty.
  GlobalModel(const KernelSpace& space, std::vector<KernelPtr> kernels, GlobalModelOptions options);

  // Takes in what was told since the last call; scores of candidates known before must not change.
  void learn(const Evaluations& evaluations);

  // Over all candidates, of standardised scores [m]. Require learn() with at least one score.
  const Vector& mean() const { return posterior_->mean(); }
  const Vector& variance() const { return posterior_->variance(); }
  // Back to score units.
  double score(double mean) const { return targets_.center + targets_.scale * mean; }
  double score_sd(double variance) const;

 private:
  void refresh(const Evaluations& evaluations);
  void choose_prior_by_evidence();
  void observe(Index position, double y, double noise);
  void add_query(CandidateId id);
  // The chosen kernel, before its amplitude, between all candidates and all queried ones.
  void complete_cross();
  double noise(double variance) const;
  Vector prior_variances() const;

  const KernelSpace& space_;
  const std::vector<KernelPtr> kernels_;
  const GlobalModelOptions options_;
  QueriedGram queried_;
  Matrix dots_;   // of all candidates with the queried ones [m x capacity]
  Matrix cross_;  // kernels_[cross_member_] of these [m x capacity]
  std::size_t cross_member_ = 0;
  Index cross_size_ = 0;       // columns of cross_ that are done
  std::vector<Matrix> grams_;  // of each kernel at the queried points, grown block by block
  Prior prior_;
  Targets targets_;
  std::optional<gp::CandidatePosterior> posterior_;
  Index refreshed_at_ = 0;
};

}  // namespace zopo::optim
