#pragma once
// What zopo knows of a domain: the candidates as points, the pool of those it looks at, and the
// model of their answers, fitted to all that was told. Made anew when candidates join; the model
// then goes on from what it had chosen.

#include <vector>

#include "optim/answer_model.h"
#include "optim/candidate_pool.h"
#include "zopo/optim/domain.h"
#include "zopo/optim/kernel_space.h"

namespace zopo::optim {

class Beliefs {
 public:
  // localize: the pool is not the whole domain.
  Beliefs(const data::Embeddings& embeddings, bool localize, const AnswerModelOptions& options);
  // The same of a larger domain, its first rows the candidates of before; to be refitted.
  Beliefs(const data::Embeddings& larger, const Beliefs& before);
  Beliefs(const Beliefs&) = delete;
  Beliefs& operator=(const Beliefs&) = delete;

  const Domain& domain() const { return domain_; }
  const KernelSpace& space() const { return space_; }
  CandidatePool& pool() { return pool_; }
  const CandidatePool& pool() const { return pool_; }
  AnswerModel& model() { return model_; }
  const AnswerModel& model() const { return model_; }

  void add(const Outcome& outcome);
  // Of a candidate in the pool, after a refit: the latent score.
  double mean(CandidateId id) const { return model_.mean()(pool_.position(id)); }
  double variance(CandidateId id) const { return model_.variance()(pool_.position(id)); }
  // Candidates with scores by posterior mean, the first told of equals first. Throws
  // Failure{internal} where there is none.
  std::vector<CandidateId> incumbents() const;

 private:
  const AnswerModelOptions options_;
  const bool localize_;
  const Domain domain_;
  const KernelSpace space_;
  CandidatePool pool_;
  AnswerModel model_;
  std::vector<Outcome> told_;
};

}  // namespace zopo::optim
