#pragma once
// One Cholesky factor of a covariance matrix plus noise, with a jitter ladder.
//
//   Cholesky factor = Cholesky::of(k + s);
//   if (factor.jitter() > 0) ..                     // the matrix was singular to working precision
//   Vector alpha = factor.solve(y);

#include "zopo/base/linalg.h"

namespace zopo::gp {

using VectorRef = Eigen::Ref<const Vector>;
using MatrixRef = Eigen::Ref<const Matrix>;

// L [n x n] with L L^T = A + jitter I. Immutable.
class Cholesky {
 public:
  // a [n x n] symmetric, n >= 0. Tries jitter 0, then 1e-10, 1e-9, .. 1e-4 of the mean diagonal;
  // one above 0 is logged at debug.
  // Throws Failure{internal} with the size and the mean diagonal when even the last one fails or an
  // entry is not finite.
  static Cholesky of(const MatrixRef& a);

  Index size() const { return lower_.rows(); }
  double jitter() const { return jitter_; }
  const Matrix& lower() const { return lower_; }

  // (A + jitter I)^-1 b for b [n].
  Vector solve(const VectorRef& b) const;
  // L^-1 b for b [n x q].
  Matrix solve_lower(const MatrixRef& b) const;
  // log det(A + jitter I).
  double log_determinant() const;

 private:
  Cholesky(Matrix lower, double jitter);
  Matrix lower_;  // entries above the diagonal are zero
  double jitter_;
};

}  // namespace zopo::gp
