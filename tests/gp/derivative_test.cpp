#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/near_matrix.h"
#include "tests/support/numeric_gradient.h"
#include "tests/support/random_points.h"
#include "zopo/base/error.h"
#include "zopo/gp/point_posterior.h"
#include "zopo/gp/span_derivative.h"
#include "zopo/kernel/ntk_empirical.h"
#include "zopo/kernel/registry.h"

namespace zopo {
namespace {

using gp::DirectionalVariance;
using gp::PointPosterior;
using test::NearMatrix;

constexpr Index kData = 9, kDim = 6;

std::shared_ptr<const kernel::Kernel> kernel_named(const std::string& name) {
  if (name != "empirical") return kernel::make_kernel(name, {.depth = 2, .length_scale = 0.8});
  return std::make_shared<kernel::NtkEmpirical>(
      kernel::random_network({kDim, 8, 6, 1}, kernel::Activation::gelu, true, 3));
}

class SmoothKernel : public testing::TestWithParam<std::string> {
 protected:
  const std::shared_ptr<const kernel::Kernel> kernel_ = kernel_named(GetParam());
  const RowMatrix x_ = test::random_points(kData, kDim, 1);
  const Vector y_ = test::random_vector(kData, 2);
  const Vector noise_ = Vector::Constant(kData, 0.05);
  const PointPosterior p_ = PointPosterior::fit(kernel_, x_, y_, noise_);
  const Vector z_ = test::random_points(1, kDim, 3).row(0).transpose();
};

TEST_P(SmoothKernel, GradientIsThatOfThePosteriorMean) {
  const auto mean = [&](const Vector& z) { return p_.mean(RowMatrix(z.transpose()))(0); };
  EXPECT_THAT(p_.gradient(z_), NearMatrix(test::numeric_gradient(mean, z_, 0.02), 1e-8));
  const Vector datum = x_.row(4).transpose();  // where ZOPO stands
  EXPECT_THAT(p_.gradient(datum), NearMatrix(test::numeric_gradient(mean, datum, 0.02), 1e-8));
}

// Var[(f(z + hu) - f(z - hu)) / 2h] from posterior covariances of f alone.
TEST_P(SmoothKernel, GradientVarianceIsThatOfAFiniteDifference) {
  const Vector u = test::random_vector(kDim, 5).normalized();
  const double h = 1e-3;
  RowMatrix ends(2, kDim);
  ends << (z_ + h * u).transpose(), (z_ - h * u).transpose();
  const Matrix prior = kernel_->gram(ends, ends);
  const Matrix cov = p_.posterior().covariance(kernel_->gram(x_, ends), prior);
  const auto difference = [&](const Matrix& c) {
    return (c(0, 0) - c(0, 1) - c(1, 0) + c(1, 1)) / (4 * h * h);
  };
  const DirectionalVariance v = p_.gradient_variance(z_, u);
  EXPECT_NEAR(v.prior, difference(prior), 1e-4 * v.prior);
  EXPECT_NEAR(v.posterior, difference(cov), 1e-4 * v.prior);
}

TEST_P(SmoothKernel, DirectionsAndTraceAreThoseOfTheCovariance) {
  const Matrix sigma = p_.gradient_covariance(z_);
  const Vector u = test::random_vector(kDim, 5);
  EXPECT_NEAR(p_.gradient_variance(z_, u).posterior, u.dot(sigma * u), 1e-10 * sigma.trace());
  EXPECT_NEAR(p_.gradient_trace(z_).posterior, sigma.trace(), 1e-10 * sigma.trace());
}

TEST_P(SmoothKernel, AddingADatumNeverRaisesTheGradientsVariance) {
  const Vector u = test::random_vector(kDim, 5);
  double before = kernel_->mixed_derivative(z_).along(u);
  for (Index n = 1; n <= kData; ++n) {
    const PointPosterior p =
        PointPosterior::fit(kernel_, x_.topRows(n), y_.head(n), noise_.head(n));
    const double after = p.gradient_variance(z_, u).posterior;
    EXPECT_LE(after, before * (1 + 1e-12));
    before = after;
  }
}

TEST_P(SmoothKernel, InnerProductsAloneGiveTheSame) {
  const auto* inner = dynamic_cast<const kernel::InnerProductKernel*>(kernel_.get());
  if (inner == nullptr) GTEST_SKIP() << "not an inner-product kernel";
  const gp::SpanDerivative g(*inner, p_.posterior(),
                             {x_ * z_, z_.squaredNorm(), x_.rowwise().squaredNorm()});
  const Matrix gram = x_ * x_.transpose();
  const Vector mu = p_.gradient(z_);
  EXPECT_THAT(Vector(x_.transpose() * g.along_x() + g.along_z() * z_), NearMatrix(mu, 1e-12));
  EXPECT_NEAR(g.norm(gram), mu.norm(), 1e-12 * mu.norm());
  EXPECT_NEAR(g.dot_z(), mu.dot(z_), 1e-12);
  EXPECT_THAT(g.dot_x(gram), NearMatrix(Matrix(x_ * mu), 1e-12));
  const Vector u = test::random_vector(kDim, 5);
  const DirectionalVariance expected = p_.gradient_variance(z_, u);
  const DirectionalVariance v = g.variance(x_ * u, z_.dot(u), u.squaredNorm());
  EXPECT_NEAR(v.prior, expected.prior, 1e-12 * expected.prior);
  EXPECT_NEAR(v.posterior, expected.posterior, 1e-11 * expected.prior);
  EXPECT_NEAR(g.trace(gram, kDim).prior, p_.gradient_trace(z_).prior, 1e-12);
  EXPECT_NEAR(g.trace(gram, kDim).posterior, p_.gradient_trace(z_).posterior, 1e-10);
}

// Data in one place whose targets cancel: what is left of the gradient is rounding, and has no
// direction.
TEST_P(SmoothKernel, RoundingIsNoGradient) {
  const auto* inner = dynamic_cast<const kernel::InnerProductKernel*>(kernel_.get());
  if (inner == nullptr) GTEST_SKIP() << "not an inner-product kernel";
  const RowMatrix x = Vector::Ones(7) * x_.row(0);
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    Vector y = test::random_vector(7, seed);
    y.array() -= y.mean();
    const PointPosterior p = PointPosterior::fit(kernel_, x, y, Vector::Constant(7, 0.1));
    const gp::SpanDerivative g(*inner, p.posterior(),
                               {x * z_, z_.squaredNorm(), x.rowwise().squaredNorm()});
    EXPECT_EQ(g.norm(x * x.transpose()), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels,
                         SmoothKernel,
                         testing::Values("ntk-erf", "matern52", "rbf", "empirical"),
                         [](const testing::TestParamInfo<std::string>& one) {
                           std::string name = one.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(PointPosterior, RefusesTheGradientsVarianceOfAKernelWithACone) {
  const RowMatrix x = test::random_points(3, 2, 1);
  const PointPosterior p =
      PointPosterior::fit(kernel::make_kernel("ntk-relu"), x, Vector::Ones(3), Vector::Ones(3));
  EXPECT_THROW(p.gradient_variance(x.row(0).transpose(), Vector::Ones(2)), Failure);
}

}  // namespace
}  // namespace zopo
