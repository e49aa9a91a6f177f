#pragma once
// Gaussian process on the logistic scale with an effect per example, by Laplace's approximation:
//
//   P(answer of candidate i to example j is right) = logistic(m_i + f_i + b_j)
//   f ~ N(0, K) over the candidates, b_j ~ N(0, effect_variance) independent, m_i known
//
// Candidates that answered the same examples are thereby compared in pairs: what is owed to an easy
// example is no merit of the candidate (a Rasch model whose abilities are a Gaussian process).
// Rasmussen & Williams 2006, Sec. 3.4, with b eliminated from every Newton step.
//
//   LogisticPosterior p = LogisticPosterior::fit(k, answers, examples, {.effect_variance = 1});
//   Vector mean = p.mean(cross);
//   Vector variance = prior - p.explained(cross).rowwise().squaredNorm();

#include <span>

#include "zopo/gp/cholesky.h"

namespace zopo::gp {

// score in [0, 1]: right or wrong, or a share of right.
struct Observation {
  Index candidate = 0;
  Index example = 0;
  double score = 0;
};

struct LogisticNoise {
  double effect_variance = 0;  // of b; 0: all examples are alike
  // Variance of an answer over that of a coin of the same mean; below 1 for graded scores.
  double dispersion = 1;
};

class LogisticPosterior {
 public:
  // k [n x n]: prior covariances of f; answers, at least one each, of candidates 0 .. n - 1 to
  // examples 0 .. `examples` - 1. start: the fit of fewer answers or of other parameters, where
  // there is one: a nearby one saves iterations. offset: m [n]; empty where it is 0. Throws
  // Failure{internal} where a covariance is not finite.
  static LogisticPosterior fit(const MatrixRef& k,
                               std::span<const Observation> answers,
                               Index examples,
                               const LogisticNoise& noise,
                               const LogisticPosterior* start = nullptr,
                               const Vector& offset = {});

  Index size() const { return latent_.size(); }
  const Vector& latent() const { return latent_; }    // the mode of f, without m [n]
  const Vector& effects() const { return effects_; }  // the mode of b [examples]
  // K^-1 latent [n].
  const Vector& weights() const { return weights_; }
  // log p(answers), approximately.
  double log_evidence() const { return log_evidence_; }

  // Posterior mean of f, without m, at q points with prior covariances cross [q x n]: [q].
  Vector mean(const MatrixRef& cross) const;
  // V = cross L^-T [q x n]: the posterior covariances are the prior ones less V V^T.
  Matrix explained(Matrix cross) const;

 private:
  LogisticPosterior() = default;
  Vector latent_, effects_, weights_;
  Matrix lower_;  // L L^T = K + N, N the covariance of the answers' noise in f, b eliminated
  double log_evidence_ = 0;
};

}  // namespace zopo::gp
