#include "zopo/gp/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/random_points.h"
#include "zopo/kernel/ntk_erf.h"

namespace zopo {
namespace {

class EvidenceTest : public testing::Test {
 protected:
  // A draw from the prior amplitude * k + (deviation + noise) I.
  Vector draw(const Matrix& k, double amplitude, double diagonal) const {
    Matrix covariance = amplitude * k;
    covariance.diagonal().array() += diagonal;
    const Matrix lower = covariance.llt().matrixL();
    return lower * test::random_vector(k.rows(), 7);
  }
  gp::EvidencePoint best(const Vector& y, const gp::EvidenceGrid& grid) const {
    return gp::best_of(gp::evidence(kernels_, y, noise_, grid));
  }

  const RowMatrix x_ = test::random_points(150, 4, 1, 2.0);
  const std::vector<Matrix> kernels_ = {kernel::NtkErf({0, 1.0, 0.1}).gram(x_, x_),
                                        kernel::NtkErf({1, 1.0, 0.1}).gram(x_, x_)};
  const Vector noise_ = Vector::Constant(150, 0.01);
};

TEST_F(EvidenceTest, FindsTheKernelThatTheDataCameFrom) {
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(best(draw(kernels_[k], 1.0, 0.01), {}).kernel, k);
  }
}

TEST_F(EvidenceTest, FindsAmplitudeDeviationAndNoise) {
  const gp::EvidenceGrid grid{{0.1, 1.0, 10.0}, {0.0, 0.3}, {1.0, 25.0}};
  const gp::EvidencePoint quiet = best(draw(kernels_[1], 10.0, 0.01), grid);
  EXPECT_EQ(quiet.amplitude, 10.0);
  EXPECT_EQ(quiet.deviation, 0.0);
  EXPECT_EQ(best(draw(kernels_[1], 1.0, 0.31), grid).amplitude, 1.0);
  EXPECT_GT(best(draw(kernels_[1], 1.0, 0.31), grid).deviation +
                best(draw(kernels_[1], 1.0, 0.31), grid).noise_scale,
            1.2);
}

TEST_F(EvidenceTest, ValueIsThatOfTheFit) {
  const Vector y = test::random_vector(150, 2);
  const gp::EvidenceGrid grid{{2.0}, {0.3}, {4.0}};
  const std::vector<gp::EvidencePoint> points = gp::evidence(kernels_, y, noise_, grid);
  ASSERT_EQ(points.size(), 2u);
  const Vector diagonal = 4.0 * noise_.array() + 0.3;
  EXPECT_NEAR(points[0].log_evidence,
              gp::Posterior::fit(2.0 * kernels_[0], y, diagonal).log_marginal_likelihood(), 1e-9);
}

TEST_F(EvidenceTest, SingularKernelsWithoutNoiseStillHaveAnEvidence) {
  const std::vector<Matrix> ones = {Matrix::Ones(150, 150)};
  const auto points = gp::evidence(ones, Vector::Zero(150), Vector::Zero(150), {});
  EXPECT_EQ(points.size(), 9u);
}

TEST(Evidence, EqualPointsGoToTheFirst) {
  const gp::EvidencePoint a{0, 1, 0, 1, -3}, b{1, 1, 0, 1, -3};
  EXPECT_EQ(gp::best_of(std::vector{a, b}).kernel, 0u);
}

}  // namespace
}  // namespace zopo
