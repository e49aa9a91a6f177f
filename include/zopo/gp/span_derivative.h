#pragma once
// The derivative GP at z from inner products alone. For an inner-product kernel everything lives in
// span{z, x_1..x_n}: with t_i = z.x_i, |z|^2 and |x_i|^2 known, the gradient is a combination of
// these vectors, and lengths, directional variances and traces need no d-dimensional work.
//
//   SpanDerivative g(kernel, posterior, {t, zz, xx});
//   Vector mu = x.transpose() * g.along_x() + g.along_z() * z;    // one n x d product
//   DirectionalVariance v = g.variance(x * u, z.dot(u), 1.0);

#include "zopo/gp/point_posterior.h"
#include "zopo/gp/posterior.h"
#include "zopo/kernel/kernel.h"

namespace zopo::gp {

// Inner products of z with itself and with the data.
struct SpanProducts {
  Vector zx;      // z . x_i [n]
  double zz = 0;  // |z|^2
  Vector xx;      // |x_i|^2 [n]
};

class SpanDerivative {
 public:
  // posterior: fitted with the same kernel to the same n points; outlives this object.
  SpanDerivative(const kernel::InnerProductKernel& kernel,
                 const Posterior& posterior,
                 SpanProducts products);

  // mu(z) = X^T along_x + along_z * z.
  const Vector& along_x() const { return along_x_; }
  double along_z() const { return along_z_; }
  // |mu(z)|, given the Gram matrix x_i . x_j [n x n]; 0 where rounding is all that is left of it.
  double norm(const MatrixRef& gram) const;
  // mu . x_i for all i, given the Gram matrix: [n].
  Vector dot_x(const MatrixRef& gram) const;
  // mu . z.
  double dot_z() const;

  // Along u, given x_i . u [n], z . u and |u|^2. Throws Failure{config} when the kernel is not
  // smooth.
  DirectionalVariance variance(const VectorRef& xu, double zu, double uu) const;
  // Traces of Sigma(z) and M(z) in d dimensions, given the Gram matrix.
  DirectionalVariance trace(const MatrixRef& gram, Index d) const;

 private:
  const kernel::InnerProductKernel& kernel_;
  const Posterior& posterior_;
  SpanProducts products_;
  Vector by_t_, by_u_;  // kernel slopes to the data [n]
  Vector along_x_;
  double along_z_ = 0;
};

}  // namespace zopo::gp
