#pragma once
// Gaussian process regression from covariances alone: whoever can say K, k_* and the prior
// variances needs no points (Rasmussen & Williams 2006, Alg. 2.1). Prior mean 0, one noise variance
// per observation. Immutable; thread-safe.
//
//   Posterior p = Posterior::fit(k, y, noise);
//   Vector mean = p.mean(cross), variance = p.variance(cross, prior);
//
// Points, gradients and their variances: point_posterior.h and span_derivative.h.

#include "zopo/gp/cholesky.h"

namespace zopo::gp {

class Posterior {
 public:
  // k [n x n]: prior covariances of f at the data; y [n]; noise [n] variances >= 0; n >= 0. Throws
  // Failure{internal} where a number is not finite or K + S is not positive definite (cholesky.h).
  static Posterior fit(const MatrixRef& k, const VectorRef& y, const VectorRef& noise);

  Index size() const { return targets_.size(); }
  // alpha = (K + S)^-1 y [n].
  const Vector& weights() const { return weights_; }
  const Vector& targets() const { return targets_; }
  const Cholesky& factor() const { return factor_; }

  // Posterior mean of f at q points with prior covariances cross [n x q] to the data: [q].
  Vector mean(const MatrixRef& cross) const;
  // Posterior variance of f there, given its prior variances [q]: [q], >= 0.
  Vector variance(const MatrixRef& cross, const VectorRef& prior) const;
  // Posterior covariance [q x q], given the prior one.
  Matrix covariance(const MatrixRef& cross, const MatrixRef& prior) const;

  // log p(y | K, S).
  double log_marginal_likelihood() const;

 private:
  Posterior(Cholesky factor, Vector targets);
  Cholesky factor_;
  Vector targets_, weights_;
};

// prior - explained, a variance: values below 0 within rounding of the prior become 0; beyond it
// throws Failure{internal}, since then covariances and factor do not belong together.
double remaining_variance(double prior, double explained);

}  // namespace zopo::gp
