#include "zopo/gp/logistic_posterior.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/failure.h"
#include "tests/support/near_matrix.h"
#include "tests/support/random_points.h"
#include "zopo/kernel/ntk_erf.h"

namespace zopo {
namespace {

using gp::LogisticNoise;
using gp::LogisticPosterior;
using gp::Observation;
using test::NearMatrix;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// Four candidates, each with answers to the first examples of one order, right and wrong mixed.
class Logistic : public testing::TestWithParam<LogisticNoise> {
 protected:
  static constexpr Index kCandidates = 4, kExamples = 6;

  std::vector<Observation> answers() const {
    std::vector<Observation> answers;
    for (Index i = 0; i < kCandidates; ++i) {
      for (Index j = 0; j < kExamples - i; ++j) {
        answers.push_back(
            {i, j, (2 * i + j * j) % 3 == 0 ? 1.0 : 0.25 * static_cast<double>(i % 2)});
      }
    }
    return answers;
  }
  LogisticPosterior fit(const LogisticPosterior* start = nullptr) const {
    return LogisticPosterior::fit(k_, answers(), kExamples, GetParam(), start);
  }
  bool effects() const { return GetParam().effect_variance > 0; }

  // The slow oracle: minus the Hessian of the log posterior in f and b together, at the mode.
  Matrix precision(const LogisticPosterior& p) const {
    const Index size = kCandidates + (effects() ? kExamples : 0);
    Matrix h = Matrix::Zero(size, size);
    h.topLeftCorner(kCandidates, kCandidates) = k_.inverse();
    if (effects()) {
      h.diagonal().tail(kExamples).array() += 1 / GetParam().effect_variance;
    }
    for (const Observation& a : answers()) {
      const double mean = logistic(p.latent()(a.candidate) + p.effects()(a.example));
      Vector along = Vector::Zero(size);
      along(a.candidate) = 1;
      if (effects()) along(kCandidates + a.example) = 1;
      h += mean * (1 - mean) / GetParam().dispersion * along * along.transpose();
    }
    return h;
  }

  const Matrix k_ = Matrix(1.5 * kernel::NtkErf({2, 1.0, 0.1})
                                     .gram(test::random_points(kCandidates, 3, 1),
                                           test::random_points(kCandidates, 3, 1))) +
                    Matrix(0.1 * Matrix::Identity(kCandidates, kCandidates));
};

TEST_P(Logistic, TheSlopeOfTheDensityIsZeroAtTheMode) {
  const LogisticPosterior p = fit();
  Vector by_f = -k_.inverse() * p.latent();
  Vector by_b = Vector::Zero(kExamples);
  if (effects()) by_b = -p.effects() / GetParam().effect_variance;
  for (const Observation& a : answers()) {
    const double mean = logistic(p.latent()(a.candidate) + p.effects()(a.example));
    by_f(a.candidate) += (a.score - mean) / GetParam().dispersion;
    by_b(a.example) += (a.score - mean) / GetParam().dispersion;
  }
  EXPECT_LT(by_f.cwiseAbs().maxCoeff(), 1e-4);
  if (effects()) {
    EXPECT_LT(by_b.cwiseAbs().maxCoeff(), 1e-4);
  }
}

TEST_P(Logistic, TheSlopeIsZeroAtTheModeBesideOffsetsToo) {
  const Vector offset{{0.5, -1.0, 0.0, 2.0}};
  const LogisticPosterior p =
      LogisticPosterior::fit(k_, answers(), kExamples, GetParam(), nullptr, offset);
  Vector by_f = -k_.inverse() * p.latent();
  for (const Observation& a : answers()) {
    const double eta = offset(a.candidate) + p.latent()(a.candidate) + p.effects()(a.example);
    by_f(a.candidate) += (a.score - logistic(eta)) / GetParam().dispersion;
  }
  EXPECT_LT(by_f.cwiseAbs().maxCoeff(), 1e-4);
}

TEST_P(Logistic, CovariancesAreTheInverseOfTheJointHessian) {
  const LogisticPosterior p = fit();
  const Matrix v = p.explained(k_);
  const Matrix covariance = k_ - v * v.transpose();
  const Matrix expected = precision(p).inverse().topLeftCorner(kCandidates, kCandidates);
  EXPECT_THAT(covariance, NearMatrix(expected, 1e-4));
}

TEST_P(Logistic, EvidenceIsLaplacesApproximationOfTheJointIntegral) {
  const LogisticPosterior p = fit();
  double expected = -0.5 * p.latent().dot(k_.inverse() * p.latent()) -
                    0.5 * std::log(k_.determinant()) - 0.5 * std::log(precision(p).determinant());
  if (effects()) {
    const double s = GetParam().effect_variance;
    expected -= 0.5 * p.effects().squaredNorm() / s + 0.5 * kExamples * std::log(s);
  }
  for (const Observation& a : answers()) {
    const double mean = logistic(p.latent()(a.candidate) + p.effects()(a.example));
    expected +=
        (a.score * std::log(mean) + (1 - a.score) * std::log(1 - mean)) / GetParam().dispersion;
  }
  EXPECT_NEAR(p.log_evidence(), expected, 1e-3);
}

TEST_P(Logistic, MeansAreThoseOfTheData) {
  const LogisticPosterior p = fit();
  EXPECT_THAT(p.mean(k_), NearMatrix(p.latent(), 1e-9));
}

TEST_P(Logistic, AStartElsewhereLeadsToTheSameMode) {
  const LogisticPosterior cold = fit();
  const std::vector<Observation> few = {{0, 0, 0.0}, {1, 0, 1.0}};
  const LogisticPosterior start =
      LogisticPosterior::fit(k_.topLeftCorner(2, 2), few, 1, GetParam());
  EXPECT_THAT(fit(&start).latent(), NearMatrix(cold.latent(), 1e-4));
}

INSTANTIATE_TEST_SUITE_P(Noise,
                         Logistic,
                         testing::Values(LogisticNoise{0, 1},
                                         LogisticNoise{2, 1},
                                         LogisticNoise{0, 0.3},
                                         LogisticNoise{0.5, 0.3}));

// Two strangers: one was right where all others were, the other where all others were wrong.
TEST(LogisticPosterior, AnEasyExampleIsNoMerit) {
  std::vector<Observation> answers = {{0, 0, 1.0}, {1, 1, 1.0}};
  for (Index i = 2; i < 8; ++i) {
    answers.push_back({i, 0, 1.0});
    answers.push_back({i, 1, 0.0});
  }
  const Matrix k = Matrix::Identity(8, 8);
  const LogisticPosterior alike = LogisticPosterior::fit(k, answers, 2, {0, 1});
  EXPECT_NEAR(alike.latent()(0), alike.latent()(1), 1e-6);
  const LogisticPosterior apart = LogisticPosterior::fit(k, answers, 2, {4, 1});
  EXPECT_LT(apart.latent()(0) + 0.1, apart.latent()(1));
  EXPECT_GT(apart.effects()(0), apart.effects()(1));
}

TEST(LogisticPosterior, ManyAnswersOutweighThePrior) {
  std::vector<Observation> answers;
  for (Index j = 0; j < 2000; ++j) answers.push_back({0, j, j % 4 == 0 ? 1.0 : 0.0});
  const LogisticPosterior p = LogisticPosterior::fit(Matrix::Identity(1, 1), answers, 2000, {0, 1});
  EXPECT_NEAR(logistic(p.latent()(0)), 0.25, 0.002);
}

TEST(LogisticPosterior, AnswersAllAlikeGiveFiniteScores) {
  std::vector<Observation> answers;
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < 50; ++j) answers.push_back({i, j, 1.0});
  }
  const LogisticPosterior p = LogisticPosterior::fit(100 * Matrix::Ones(3, 3), answers, 50, {6, 1});
  EXPECT_TRUE(p.latent().allFinite());
  EXPECT_TRUE(std::isfinite(p.log_evidence()));
}

TEST(LogisticPosterior, CovariancesThatAreNotFiniteAreRefused) {
  const Matrix k = Matrix::Constant(1, 1, std::numeric_limits<double>::quiet_NaN());
  const std::vector<Observation> answers = {{0, 0, 1.0}};
  EXPECT_THAT(test::failure_of([&] {
                LogisticPosterior::fit(k, answers, 1, {0, 1});
              }),
              test::FailsWith(ErrorKind::internal, testing::HasSubstr("not all finite")));
}

}  // namespace
}  // namespace zopo
