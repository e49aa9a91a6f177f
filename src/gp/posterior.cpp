// Rasmussen & Williams 2006, Alg. 2.1. Called by evidence.cpp, the derivative posteriors and the
// methods of optim that evaluate whole prompts.

#include "zopo/gp/posterior.h"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

#include "zopo/base/error.h"

namespace zopo::gp {
namespace {

void require_finite(const VectorRef& y, const VectorRef& noise) {
  if (y.allFinite() && noise.allFinite() && (noise.array() >= 0).all()) return;
  throw Failure(ErrorKind::internal,
                "A Gaussian process was given a target that is not finite or a noise variance that "
                "is negative or not finite");
}

}  // namespace

double remaining_variance(double prior, double explained) {
  const double variance = prior - explained;
  if (variance >= 0) return variance;
  if (variance >= -1e-6 * prior) return 0;
  throw Failure(ErrorKind::internal,
                fmt::format("A posterior variance came out as {} of a prior variance of {}: the "
                            "covariances do not belong to the data of the fit",
                            variance, prior));
}

Posterior::Posterior(Cholesky factor, Vector targets)
    : factor_(std::move(factor)), targets_(std::move(targets)), weights_(factor_.solve(targets_)) {}

Posterior Posterior::fit(const MatrixRef& k, const VectorRef& y, const VectorRef& noise) {
  assert(k.rows() == y.size() && k.cols() == y.size() && noise.size() == y.size());
  require_finite(y, noise);
  Matrix noisy = k;
  noisy.diagonal() += noise;
  return {Cholesky::of(noisy), y};
}

Vector Posterior::mean(const MatrixRef& cross) const {
  assert(cross.rows() == size());
  return cross.transpose() * weights_;
}

Vector Posterior::variance(const MatrixRef& cross, const VectorRef& prior) const {
  assert(cross.cols() == prior.size());
  const Vector explained = factor_.solve_lower(cross).colwise().squaredNorm();
  return prior.binaryExpr(explained, &remaining_variance);
}

Matrix Posterior::covariance(const MatrixRef& cross, const MatrixRef& prior) const {
  const Matrix half = factor_.solve_lower(cross);
  return prior - half.transpose() * half;
}

// log p(y) = -1/2 y^T alpha - 1/2 log det(K + S) - n/2 log 2 pi     (R&W Alg. 2.1 line 7)
double Posterior::log_marginal_likelihood() const {
  const double n = static_cast<double>(size());
  return -0.5 * targets_.dot(weights_) - 0.5 * factor_.log_determinant() -
         0.5 * n * std::log(2 * std::numbers::pi);
}

}  // namespace zopo::gp
