// What every kernel of inner products shares: Gram matrices and gradients from value() and slope().
// Called by gp and optim.

#include "zopo/kernel/kernel.h"

#include <cassert>
#include <utility>

namespace zopo::kernel {

double MixedDerivative::along(const VectorRef& u) const {
  double value = identity * u.squaredNorm();
  if (z.size() > 0) {
    const double projection = z.dot(u);
    value += radial * projection * projection;
  }
  if (full.size() > 0) value += u.dot(full * u);
  return value;
}

double MixedDerivative::trace() const {
  double value = full.size() > 0 ? full.trace() : 0.0;
  if (z.size() > 0) {
    value += identity * static_cast<double>(z.size()) + radial * z.squaredNorm();
  }
  return value;
}

Matrix MixedDerivative::matrix() const {
  if (z.size() == 0) return full;
  Matrix m = radial * z * z.transpose();
  m.diagonal().array() += identity;
  if (full.size() > 0) m += full;
  return m;
}

Matrix InnerProductKernel::gram_from_dots(const MatrixRef& dots,
                                          const VectorRef& u,
                                          const VectorRef& v) const {
  assert(dots.rows() == u.size() && dots.cols() == v.size());
  Matrix k(dots.rows(), dots.cols());
  for (Index j = 0; j < k.cols(); ++j) {
    for (Index i = 0; i < k.rows(); ++i) k(i, j) = value(dots(i, j), u(i), v(j));
  }
  return k;
}

Matrix InnerProductKernel::gram(const PointsRef& x, const PointsRef& x2) const {
  assert(x.cols() == x2.cols());
  const Matrix dots = x * x2.transpose();
  return gram_from_dots(dots, x.rowwise().squaredNorm(), x2.rowwise().squaredNorm());
}

Vector InnerProductKernel::diagonal(const PointsRef& x) const {
  Vector k(x.rows());
  for (Index i = 0; i < x.rows(); ++i) {
    const double u = x.row(i).squaredNorm();
    k(i) = value(u, u, u);
  }
  return k;
}

// d_z k(z, x_i) = f_t x_i + 2 f_u z
Matrix InnerProductKernel::gradient(const VectorRef& z, const PointsRef& x) const {
  assert(z.size() == x.cols());
  Matrix g(x.cols(), x.rows());
  const double u = z.squaredNorm();
  for (Index i = 0; i < x.rows(); ++i) {
    const InnerProductSlope f = slope(x.row(i).dot(z), u, x.row(i).squaredNorm());
    g.col(i) = f.by_t * x.row(i).transpose() + 2 * f.by_u * z;
  }
  return g;
}

Vector InnerProductKernel::weighted_gradient(const VectorRef& z,
                                             const PointsRef& x,
                                             const VectorRef& alpha) const {
  assert(z.size() == x.cols() && alpha.size() == x.rows());
  Vector along_x(x.rows());
  double along_z = 0;
  const double u = z.squaredNorm();
  for (Index i = 0; i < x.rows(); ++i) {
    const InnerProductSlope f = slope(x.row(i).dot(z), u, x.row(i).squaredNorm());
    along_x(i) = alpha(i) * f.by_t;
    along_z += 2 * alpha(i) * f.by_u;
  }
  return x.transpose() * along_x + along_z * z;
}

MixedDerivative InnerProductKernel::mixed_derivative(const VectorRef& z) const {
  MixedDerivative m = mixed_at(z.squaredNorm());
  m.z = z;
  return m;
}

namespace {

class Scaled final : public InnerProductKernel {
 public:
  Scaled(std::shared_ptr<const InnerProductKernel> inner, double factor)
      : inner_(std::move(inner)), factor_(factor) {}

  double value(double t, double u, double v) const override {
    return factor_ * inner_->value(t, u, v);
  }
  InnerProductSlope slope(double t, double u, double v) const override {
    const InnerProductSlope f = inner_->slope(t, u, v);
    return {factor_ * f.value, factor_ * f.by_t, factor_ * f.by_u};
  }
  MixedDerivative mixed_at(double u) const override {
    MixedDerivative m = inner_->mixed_at(u);
    m.identity *= factor_;
    m.radial *= factor_;
    return m;
  }
  Matrix gram_from_dots(const MatrixRef& dots,
                        const VectorRef& u,
                        const VectorRef& v) const override {
    return factor_ * inner_->gram_from_dots(dots, u, v);
  }
  bool smooth() const override { return inner_->smooth(); }

 private:
  std::shared_ptr<const InnerProductKernel> inner_;
  double factor_;
};

}  // namespace

std::shared_ptr<const InnerProductKernel> scaled(std::shared_ptr<const InnerProductKernel> inner,
                                                 double factor) {
  assert(factor > 0);
  return std::make_shared<Scaled>(std::move(inner), factor);
}

}  // namespace zopo::kernel
