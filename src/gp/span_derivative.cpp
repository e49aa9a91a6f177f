// The gradient's length, direction and variance from inner products. Called by optim's
// zopo_paper.cpp.

#include "zopo/gp/span_derivative.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace zopo::gp {
namespace {

// A squared length below this share of its terms is what rounding left of them.
constexpr double kRounding = 1e-12;

}  // namespace

SpanDerivative::SpanDerivative(const kernel::InnerProductKernel& kernel,
                               const Posterior& posterior,
                               SpanProducts products)
    : kernel_(kernel), posterior_(posterior), products_(std::move(products)) {
  const Index n = posterior.size();
  assert(products_.zx.size() == n && products_.xx.size() == n);
  by_t_.resize(n);
  by_u_.resize(n);
  for (Index i = 0; i < n; ++i) {
    const kernel::InnerProductSlope f =
        kernel.slope(products_.zx(i), products_.zz, products_.xx(i));
    by_t_(i) = f.by_t;
    by_u_(i) = f.by_u;
  }
  // mu = sum_i alpha_i (f_t x_i + 2 f_u z)
  along_x_ = posterior.weights().cwiseProduct(by_t_);
  along_z_ = 2 * posterior.weights().dot(by_u_);
}

double SpanDerivative::dot_z() const {
  return along_x_.dot(products_.zx) + along_z_ * products_.zz;
}

Vector SpanDerivative::dot_x(const MatrixRef& gram) const {
  return gram * along_x_ + along_z_ * products_.zx;
}

double SpanDerivative::norm(const MatrixRef& gram) const {
  const double square = along_x_.dot(dot_x(gram)) + along_z_ * dot_z();
  const Vector lengths = along_x_.cwiseAbs();
  const double terms = lengths.dot(gram.cwiseAbs() * lengths) +
                       2 * std::abs(along_z_) * lengths.dot(products_.zx.cwiseAbs()) +
                       along_z_ * along_z_ * products_.zz;
  return square > kRounding * terms ? std::sqrt(square) : 0.0;
}

DirectionalVariance SpanDerivative::variance(const VectorRef& xu, double zu, double uu) const {
  const kernel::MixedDerivative m = kernel_.mixed_at(products_.zz);
  const double prior = m.identity * uu + m.radial * zu * zu;
  const Vector cross = by_t_.cwiseProduct(xu) + 2 * zu * by_u_;
  const double explained = posterior_.factor().solve_lower(cross).squaredNorm();
  return {remaining_variance(prior, explained), prior};
}

// trace(d_z k(z,X) A^-1 d_z k(X,z)) = trace(A^-1 C), C = the Gram matrix of the kernel gradients:
// C_ij = f_t,i f_t,j x_i.x_j + 2 f_t,i f_u,j z.x_i + 2 f_u,i f_t,j z.x_j + 4 f_u,i f_u,j |z|^2
DirectionalVariance SpanDerivative::trace(const MatrixRef& gram, Index d) const {
  const kernel::MixedDerivative m = kernel_.mixed_at(products_.zz);
  const double prior = m.identity * static_cast<double>(d) + m.radial * products_.zz;
  const Vector along = by_t_.cwiseProduct(products_.zx);
  Matrix c = by_t_.asDiagonal() * gram * by_t_.asDiagonal();
  c += 2 * (along * by_u_.transpose() + by_u_ * along.transpose());
  c += 4 * products_.zz * by_u_ * by_u_.transpose();
  const Matrix half = posterior_.factor().solve_lower(c);
  const double explained = posterior_.factor().solve_lower(half.transpose()).trace();
  return {remaining_variance(prior, explained), prior};
}

}  // namespace zopo::gp
