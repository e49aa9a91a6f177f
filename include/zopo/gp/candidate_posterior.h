#pragma once
// Posterior mean and variance of f over m fixed candidates, grown one observation at a time by
// rank-one updates: O(m n) for the n-th observation, one row of m numbers kept for each.
//
//   CandidatePosterior p(prior_variances);                  // or fit(..) for many at once
//   p.observe(i, covariances_of_i_with_all, y, noise);      // a datum
//   p.pretend(j, covariances_of_j_with_all, noise);         // a pseudo-observation: variance only
//   p.forget(count);                                        // the last pseudo-observations
//
// Pseudo-observations: Desautels, Krause & Burdick, "Parallelizing Exploration-Exploitation
// Tradeoffs in Gaussian Process Bandit Optimization" (GP-BUCB), JMLR 2014.

#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/gp/cholesky.h"

namespace zopo::gp {

class CandidatePosterior {
 public:
  // prior [m]: prior variances of f.
  explicit CandidatePosterior(Vector prior);

  // What observing candidates ids [n] one by one gives, up to rounding, in one piece: O(m n^2), an
  // order of magnitude faster. cross [m x n], y [n], noise [n] >= 0 as in observe().
  static CandidatePosterior fit(Vector prior,
                                const std::vector<Index>& ids,
                                Matrix cross,
                                const VectorRef& y,
                                const VectorRef& noise);

  // A noisy value of candidate id. cross [m]: prior covariances of the observed quantity with f at
  // all candidates. noise >= 0: variance of what the observation has beside f(id). A candidate may
  // be observed any number of times. Throws Failure{internal} when a variance falls below 0 by more
  // than rounding: then the covariances do not belong together.
  void observe(Index id, const VectorRef& cross, double y, double noise);
  // The same without a value: the mean stays, the variance shrinks.
  void pretend(Index id, const VectorRef& cross, double noise);
  // Takes back the last count pretend() calls. Requires that no observe() came after them.
  void forget(Index count);

  Index size() const { return mean_.size(); }
  Index observations() const { return observations_; }
  const Vector& mean() const { return mean_; }          // [m]
  const Vector& variance() const { return variance_; }  // [m], >= 0

 private:
  // Appends the posterior covariances of candidate id with all, divided by the standard deviation
  // of a noisy observation there: the row whose square the variance loses. Returns that deviation.
  double append(Index id, const VectorRef& cross, double noise);
  // Variances after the given rows and all before them.
  void subtract(Index first, Index count);

  Vector prior_, mean_, variance_;
  Matrix rows_;  // [m x capacity], one column per observation
  Index observations_ = 0;
  Index pretended_ = 0;
};

}  // namespace zopo::gp
