#include "zopo/gp/posterior.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/support/near_matrix.h"
#include "tests/support/random_points.h"
#include "zopo/base/error.h"
#include "zopo/base/log.h"
#include "zopo/kernel/ntk_erf.h"

namespace zopo {
namespace {

using gp::Cholesky;
using gp::Posterior;
using test::NearMatrix;

class PosteriorTest : public testing::Test {
 protected:
  Matrix gram(const RowMatrix& a, const RowMatrix& b) const { return kernel_.gram(a, b); }
  Posterior fit(const Vector& noise) const { return Posterior::fit(gram(x_, x_), y_, noise); }

  const kernel::NtkErf kernel_{{2, 1.0, 0.1}};
  const RowMatrix x_ = test::random_points(12, 4, 1);
  const RowMatrix z_ = test::random_points(5, 4, 2);
  const Vector y_ = test::random_vector(12, 3);
  const Vector noise_ = test::random_vector(12, 4).array().square() + 0.01;
};

// The slow oracle: R&W eq. 2.25 and 2.26 with an explicit inverse.
TEST_F(PosteriorTest, MeanAndVarianceAreThoseOfTheTextbook) {
  Matrix noisy = gram(x_, x_);
  noisy.diagonal() += noise_;
  const Matrix inverse = noisy.inverse(), cross = gram(x_, z_);
  const Posterior p = fit(noise_);
  EXPECT_THAT(p.mean(cross), NearMatrix(Matrix(cross.transpose() * inverse * y_), 1e-11));
  const Matrix covariance = gram(z_, z_) - cross.transpose() * inverse * cross;
  EXPECT_THAT(p.covariance(cross, gram(z_, z_)), NearMatrix(covariance, 1e-11));
  EXPECT_THAT(p.variance(cross, kernel_.diagonal(z_)),
              NearMatrix(Matrix(covariance.diagonal()), 1e-11));
}

TEST_F(PosteriorTest, LogMarginalLikelihoodIsTheGaussianDensity) {
  Matrix noisy = gram(x_, x_);
  noisy.diagonal() += noise_;
  const double expected = -0.5 * y_.dot(noisy.inverse() * y_) -
                          0.5 * std::log(noisy.determinant()) - 6 * std::log(2 * std::numbers::pi);
  EXPECT_NEAR(fit(noise_).log_marginal_likelihood(), expected, 1e-10);
}

TEST_F(PosteriorTest, VarianceAtADatumIsAtMostItsNoise) {
  for (const double noise : {1e-8, 1e-4, 0.1, 10.0}) {
    const Posterior p = fit(Vector::Constant(12, noise));
    EXPECT_LE(p.variance(gram(x_, x_), kernel_.diagonal(x_)).maxCoeff(), noise * (1 + 1e-6));
  }
}

TEST_F(PosteriorTest, InterpolatesAsNoiseVanishes) {
  EXPECT_THAT(fit(Vector::Zero(12)).mean(gram(x_, x_)), NearMatrix(Matrix(y_), 1e-8));
}

TEST_F(PosteriorTest, OrderOfTheDataChangesNothing) {
  Eigen::PermutationMatrix<Eigen::Dynamic> order(12);
  order.indices() << 3, 7, 0, 11, 5, 1, 9, 2, 10, 4, 8, 6;
  const Matrix k = order * gram(x_, x_) * order.transpose();
  const Posterior shuffled = Posterior::fit(k, order * y_, order * noise_), p = fit(noise_);
  const Matrix cross = gram(x_, z_), shuffled_cross = order * cross;
  const Vector prior = kernel_.diagonal(z_);
  EXPECT_THAT(shuffled.mean(shuffled_cross), NearMatrix(p.mean(cross), 1e-12));
  EXPECT_THAT(shuffled.variance(shuffled_cross, prior),
              NearMatrix(p.variance(cross, prior), 1e-12));
}

TEST_F(PosteriorTest, AddingADatumNeverRaisesVariance) {
  const Matrix k = gram(x_, x_), cross = gram(x_, z_);
  Vector before = kernel_.diagonal(z_);
  for (Index n = 1; n <= 12; ++n) {
    const Posterior p = Posterior::fit(k.topLeftCorner(n, n), y_.head(n), noise_.head(n));
    const Vector after = p.variance(cross.topRows(n), kernel_.diagonal(z_));
    EXPECT_TRUE((after.array() <= before.array() + 1e-12).all()) << n;
    before = after;
  }
}

TEST_F(PosteriorTest, WithoutDataThePriorStands) {
  const Posterior p = Posterior::fit(Matrix(0, 0), Vector(0), Vector(0));
  const Matrix cross(0, 5);
  EXPECT_EQ(p.mean(cross), Vector(Vector::Zero(5)));
  EXPECT_EQ(p.variance(cross, kernel_.diagonal(z_)), kernel_.diagonal(z_));
}

TEST_F(PosteriorTest, DuplicatesWithoutNoiseNeedJitterAndSayHowMuch) {
  RowMatrix twice(24, 4);
  twice << x_, x_;
  Vector y(24);
  y << y_, y_;
  const Posterior p = Posterior::fit(gram(twice, twice), y, Vector::Zero(24));
  EXPECT_GT(p.factor().jitter(), 0);
  EXPECT_THAT(p.mean(gram(twice, x_)), NearMatrix(Matrix(y_), 1e-4));
}

TEST_F(PosteriorTest, NumbersThatAreNotFiniteAreRefused) {
  const Matrix k = gram(x_, x_);
  Vector y = y_;
  y(3) = NAN;
  EXPECT_THROW(Posterior::fit(k, y, noise_), Failure);
  EXPECT_THROW(Posterior::fit(k, y_, -noise_), Failure);
  EXPECT_THROW(Posterior::fit(Matrix::Constant(12, 12, NAN), y_, noise_), Failure);
}

TEST(RemainingVariance, IsClampedWithinRoundingAndLoudBeyond) {
  EXPECT_EQ(gp::remaining_variance(2.0, 0.5), 1.5);
  EXPECT_EQ(gp::remaining_variance(2.0, 2.0 + 1e-9), 0.0);
  EXPECT_THROW(gp::remaining_variance(2.0, 2.1), Failure);
  EXPECT_THROW(gp::remaining_variance(2.0, NAN), Failure);
}

TEST(Cholesky, JitterLadderEndsLoudly) {
  Matrix indefinite = Matrix::Identity(3, 3);
  indefinite(0, 1) = indefinite(1, 0) = 2;
  EXPECT_THROW(Cholesky::of(indefinite), Failure);
}

TEST(Cholesky, JitterIsTheLowestRungThatServes) {
  const Cholesky singular = Cholesky::of(Matrix::Ones(5, 5));
  EXPECT_GT(singular.jitter(), 0);
  EXPECT_LE(singular.jitter(), 1e-9);
  EXPECT_EQ(Cholesky::of(Matrix::Identity(5, 5)).jitter(), 0);
}

TEST(Cholesky, LogsTheJitterThatWasNeeded) {
  set_log_level(LogLevel::debug);
  testing::internal::CaptureStderr();
  Cholesky::of(Matrix::Identity(5, 5));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  Cholesky::of(Matrix::Ones(5, 5));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("[5 x 5] was singular"));
  set_log_level(LogLevel::warn);
}

}  // namespace
}  // namespace zopo
