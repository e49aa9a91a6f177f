// Value and gradient of f at points, through any kernel. Called by optim's zopo_reference.cpp; with
// the inner products at hand span_derivative.cpp does the same for less.

#include "zopo/gp/point_posterior.h"

#include <cassert>
#include <utility>

namespace zopo::gp {

PointPosterior::PointPosterior(std::shared_ptr<const kernel::Kernel> kernel,
                               RowMatrix x,
                               Posterior posterior)
    : kernel_(std::move(kernel)), x_(std::move(x)), posterior_(std::move(posterior)) {}

PointPosterior PointPosterior::fit(std::shared_ptr<const kernel::Kernel> kernel,
                                   RowMatrix x,
                                   const VectorRef& y,
                                   const VectorRef& noise) {
  Posterior posterior = Posterior::fit(kernel->gram(x, x), y, noise);
  return {std::move(kernel), std::move(x), std::move(posterior)};
}

Vector PointPosterior::mean(const PointsRef& z) const {
  return posterior_.mean(kernel_->gram(x_, z));
}

Vector PointPosterior::variance(const PointsRef& z) const {
  return posterior_.variance(kernel_->gram(x_, z), kernel_->diagonal(z));
}

Vector PointPosterior::gradient(const VectorRef& z) const {
  return kernel_->weighted_gradient(z, x_, posterior_.weights());
}

// u^T Sigma u = u^T M u - |L^-1 (d_z k(X, z) u)|^2
DirectionalVariance PointPosterior::gradient_variance(const VectorRef& z,
                                                      const VectorRef& u) const {
  const double prior = kernel_->mixed_derivative(z).along(u);
  const Vector cross = kernel_->gradient(z, x_).transpose() * u;
  const double explained = posterior_.factor().solve_lower(cross).squaredNorm();
  return {remaining_variance(prior, explained), prior};
}

DirectionalVariance PointPosterior::gradient_trace(const VectorRef& z) const {
  const double prior = kernel_->mixed_derivative(z).trace();
  const Matrix cross = kernel_->gradient(z, x_).transpose();
  const double explained = posterior_.factor().solve_lower(cross).squaredNorm();
  return {remaining_variance(prior, explained), prior};
}

Matrix PointPosterior::gradient_covariance(const VectorRef& z) const {
  const Matrix cross = kernel_->gradient(z, x_).transpose();
  return posterior_.covariance(cross, kernel_->mixed_derivative(z).matrix());
}

}  // namespace zopo::gp
