// Factors a matrix, with jitter where it must. Called by the posteriors here and by optim's
// gse.cpp.

#include "zopo/gp/cholesky.h"

#include <fmt/core.h>

#include <cassert>
#include <utility>

#include "zopo/base/error.h"
#include "zopo/base/lanes.h"
#include "zopo/base/log.h"

namespace zopo::gp {
namespace {

// A pivot below this share of the diagonal is rounding, not information.
constexpr double kSmallestPivot = 1e-14;

bool factored(const Matrix& a, double jitter, Matrix* lower) {
  *lower = a;
  lower->diagonal().array() += jitter;
  const Vector least = kSmallestPivot * lower->diagonal();
  if (!(least.array() > 0).all()) return false;
  if (lanes::cholesky(lower->data(), lower->rows(), least.data()) > 0) return false;
  lower->triangularView<Eigen::StrictlyUpper>().setZero();
  return lower->allFinite();
}

}  // namespace

Cholesky::Cholesky(Matrix lower, double jitter) : lower_(std::move(lower)), jitter_(jitter) {}

Cholesky Cholesky::of(const MatrixRef& a) {
  assert(a.rows() == a.cols());
  if (a.rows() == 0) return {Matrix(0, 0), 0};
  const double mean_diagonal = a.diagonal().mean();
  Matrix lower;
  if (a.allFinite()) {
    if (factored(a, 0, &lower)) return {std::move(lower), 0};
    for (double share = 1e-10; share < 2e-4; share *= 10) {
      const double jitter = share * mean_diagonal;
      if (!factored(a, jitter, &lower)) continue;
      log_debug("A covariance matrix [{} x {}] was singular: {} added to its diagonal of {}",
                a.rows(), a.cols(), jitter, mean_diagonal);
      return {std::move(lower), jitter};
    }
  }
  throw Failure(ErrorKind::internal,
                fmt::format("A covariance matrix [{} x {}] with mean diagonal {} is not positive "
                            "definite, even with 1e-4 of that added to its diagonal",
                            a.rows(), a.cols(), mean_diagonal));
}

Vector Cholesky::solve(const VectorRef& b) const {
  Vector x = lower_.triangularView<Eigen::Lower>().solve(b);
  lower_.triangularView<Eigen::Lower>().transpose().solveInPlace(x);
  return x;
}

Matrix Cholesky::solve_lower(const MatrixRef& b) const {
  assert(b.rows() == size());
  return lower_.triangularView<Eigen::Lower>().solve(b);
}

double Cholesky::log_determinant() const { return 2 * lower_.diagonal().array().log().sum(); }

}  // namespace zopo::gp
