#pragma once
// The posterior of f and of its gradient at points: a kernel, the data X [n x d] and their
// posterior. The derivative GP of ZOPO (NeurIPS 2024, Sec. 4.2; Shu et al., ICLR 2023).
//
//   PointPosterior p = PointPosterior::fit(kernel, x, y, noise);
//   Vector mu = p.gradient(z);
//   DirectionalVariance v = p.gradient_variance(z, mu / mu.norm());
//   double uncertainty = v.posterior / v.prior;           // in [0, 1]

#include <memory>

#include "zopo/gp/posterior.h"
#include "zopo/kernel/kernel.h"

namespace zopo::gp {

using kernel::PointsRef;

// Variance of the derivative of f along a direction u: u^T Sigma u, and before any data u^T M u.
struct DirectionalVariance {
  double posterior = 0;
  double prior = 0;
};

class PointPosterior {
 public:
  // x [n x d], y [n], noise [n]. Throws Failure{internal} as Posterior::fit.
  static PointPosterior fit(std::shared_ptr<const kernel::Kernel> kernel,
                            RowMatrix x,
                            const VectorRef& y,
                            const VectorRef& noise);

  const Posterior& posterior() const { return posterior_; }
  const RowMatrix& points() const { return x_; }

  // At z [q x d]: [q].
  Vector mean(const PointsRef& z) const;
  Vector variance(const PointsRef& z) const;

  // mu(z) = sum_i alpha_i d_z k(z, x_i) [d].
  Vector gradient(const VectorRef& z) const;
  // Along u [d]. Throws Failure{config} for a kernel that is not smooth.
  DirectionalVariance gradient_variance(const VectorRef& z, const VectorRef& u) const;
  // Trace of Sigma(z) and of M(z).
  DirectionalVariance gradient_trace(const VectorRef& z) const;
  // Sigma(z) [d x d].
  Matrix gradient_covariance(const VectorRef& z) const;

 private:
  PointPosterior(std::shared_ptr<const kernel::Kernel> kernel, RowMatrix x, Posterior posterior);
  std::shared_ptr<const kernel::Kernel> kernel_;
  RowMatrix x_;
  Posterior posterior_;
};

}  // namespace zopo::gp
