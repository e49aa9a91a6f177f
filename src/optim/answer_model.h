#pragma once
// What zopo believes: a Gaussian process over the candidates on the logistic scale with an effect
// per example (gp/logistic_posterior.h), its hyper-parameters by evidence, and the posterior over
// a pool of candidates.
//
//   model.add(outcome);                                 // for each
//   model.refit();
//   model.mean(), model.variance()                      // of the latent scores, by pool position
//   model.pretend(position, first_example, examples);   // a block on its way: variance only

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "optim/candidate_pool.h"
#include "optim/evaluations.h"
#include "optim/surrogate.h"
#include "zopo/gp/logistic_posterior.h"

namespace zopo::optim {

struct AnswerModelOptions {
  std::string kernel = "ntk-erf";  // a family of surrogate.h
  bool evidence = true;            // else the prior of the middle of the ranges
  bool effects = true;             // examples differ in difficulty
  // Evidence again when the answers have grown by this share.
  double refresh_growth = 0.1;
  // As Problem::known. A candidate's prior mean is a multiple of it, chosen by evidence.
  Vector known = {};
};

class AnswerModel {
 public:
  // pool outlives this object.
  AnswerModel(const KernelSpace& space, CandidatePool& pool, AnswerModelOptions options);

  void add(const Outcome& outcome);
  const Evaluations& evaluations() const { return evaluations_; }

  // The prior that another model of the same answers has chosen, and where its fit ended.
  void go_on_from(const AnswerModel& other);

  // Requires answers. Takes in everything added, and the pool as it stands.
  void refit();
  bool is_fitted() const { return posterior_.has_value(); }
  // Another block of examples of the candidate at that position is on its way.
  void pretend(Index position, std::int64_t first_example, std::int64_t examples);

  const Vector& mean() const { return mean_; }          // [pool]
  const Vector& variance() const { return variance_; }  // [pool]
  // Expected accuracy over the examples seen of a candidate of that latent score, and the standard
  // deviation that a latent variance makes in it.
  double score(double latent) const;
  double score_sd(double latent, double variance) const;
  // Prior variance of the candidates' latent scores about their level, by evidence.
  double total_variance() const;
  // Variance of an answer over that of a coin of the same mean; below 1 for graded scores.
  double dispersion() const;
  // Of the posterior mean of the last refit, at candidate id, in kernel units [d].
  Vector gradient(CandidateId id) const;

  // All that was told, rows as in evaluations().
  std::span<const gp::Observation> answers() const { return answers_; }

 private:
  // Positions on the axes of answer_model.cpp.
  struct GridPoint {
    std::size_t kernel, total, own, effect, slope;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees the generated comparison with 0
    auto operator<=>(const GridPoint&) const = default;
  };

  void choose_prior();
  void climb(std::size_t GridPoint::*axis, std::size_t size);
  double log_posterior(const GridPoint& prior);
  const gp::LogisticPosterior& fit(const GridPoint& prior);
  // Prior covariances of all the pool with its queried members or with one member.
  Matrix cross() const;
  Vector cross_with(Index position) const;
  Matrix gram(const GridPoint& prior) const;
  // Brings units_, queried_units_ and unit_variances_ up to the pool as it stands.
  void complete_units();
  Vector prior_variances() const;
  // Their known scores, 0 where there are none [ids].
  Vector known_of(const std::vector<CandidateId>& ids) const;
  double effect_variance() const;

  const KernelSpace& space_;
  CandidatePool& pool_;
  const AnswerModelOptions options_;
  const std::vector<KernelPtr> kernels_;
  std::vector<gp::Observation> answers_;
  Evaluations evaluations_;
  Index examples_ = 0;
  GridPoint prior_;
  double refreshed_at_ = 0;
  // The kernel itself, of the pool with its queried members and of those among themselves.
  Matrix units_, queried_units_;
  Vector unit_variances_;                            // of the pool
  std::map<GridPoint, gp::LogisticPosterior> fits_;  // of the present answers
  std::optional<gp::LogisticPosterior> posterior_;
  Vector mean_, variance_;
  Matrix explained_;               // [pool x n]
  std::vector<Vector> pretended_;  // rows [pool] of blocks on their way
};

}  // namespace zopo::optim
