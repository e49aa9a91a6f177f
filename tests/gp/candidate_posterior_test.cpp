#include "zopo/gp/candidate_posterior.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/near_matrix.h"
#include "tests/support/random_points.h"
#include "zopo/gp/posterior.h"
#include "zopo/kernel/ntk_erf.h"

namespace zopo {
namespace {

using gp::CandidatePosterior;
using test::NearMatrix;

class CandidatePosteriorTest : public testing::Test {
 protected:
  // Observes the candidates ids[0..] one by one and returns the result of a whole fit beside it.
  gp::Posterior fit(const std::vector<Index>& ids) const {
    return gp::Posterior::fit(k_(ids, ids), y_.head(static_cast<Index>(ids.size())),
                              noise_.head(static_cast<Index>(ids.size())));
  }
  CandidatePosterior observe(const std::vector<Index>& ids) const {
    CandidatePosterior p(k_.diagonal());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      p.observe(ids[i], k_.col(ids[i]), y_(static_cast<Index>(i)), noise_(static_cast<Index>(i)));
    }
    return p;
  }

  const RowMatrix z_ = test::random_points(15, 4, 1);
  const Matrix k_ = kernel::NtkErf({2, 1.0, 0.1}).gram(z_, z_);
  const Vector y_ = test::random_vector(8, 2);
  const Vector noise_ = test::random_vector(8, 3).array().square() + 0.01;
};

TEST_F(CandidatePosteriorTest, OneByOneIsTheWholeFit) {
  const std::vector<Index> ids = {3, 0, 14, 3, 7, 3, 1, 9};  // 3 is observed three times
  const CandidatePosterior p = observe(ids);
  const Matrix cross = k_(ids, Eigen::all);
  EXPECT_THAT(p.mean(), NearMatrix(Matrix(fit(ids).mean(cross)), 1e-11));
  EXPECT_THAT(p.variance(), NearMatrix(Matrix(fit(ids).variance(cross, k_.diagonal())), 1e-11));
}

TEST_F(CandidatePosteriorTest, ManyAtOnceIsOneByOne) {
  const std::vector<Index> ids = {3, 0, 14, 3, 7, 3, 1, 9};
  CandidatePosterior whole =
      CandidatePosterior::fit(k_.diagonal(), ids, k_(Eigen::all, ids), y_, noise_);
  CandidatePosterior steps = observe(ids);
  EXPECT_EQ(whole.observations(), 8);
  EXPECT_THAT(whole.mean(), NearMatrix(Matrix(steps.mean()), 1e-12));
  EXPECT_THAT(whole.variance(), NearMatrix(Matrix(steps.variance()), 1e-12));
  for (CandidatePosterior* p : {&whole, &steps}) p->observe(5, k_.col(5), 0.4, 0.1);
  EXPECT_THAT(whole.mean(), NearMatrix(Matrix(steps.mean()), 1e-12));
}

TEST_F(CandidatePosteriorTest, NoDataAtOnceIsThePrior) {
  const CandidatePosterior p =
      CandidatePosterior::fit(k_.diagonal(), {}, Matrix(15, 0), Vector(0), Vector(0));
  EXPECT_EQ(p.mean(), Vector(Vector::Zero(15)));
  EXPECT_EQ(p.variance(), Vector(k_.diagonal()));
}

TEST_F(CandidatePosteriorTest, PretendingShrinksTheVarianceOnly) {
  CandidatePosterior p = observe({3, 0, 14});
  const CandidatePosterior before = p;
  p.pretend(5, k_.col(5), 0.2);
  EXPECT_EQ(p.mean(), before.mean());
  EXPECT_LT(p.variance()(5), before.variance()(5));
  const std::vector<Index> ids = {3, 0, 14, 5};
  Vector noise = noise_.head(4);
  noise(3) = 0.2;
  const gp::Posterior whole = gp::Posterior::fit(k_(ids, ids), Vector::Zero(4), noise);
  EXPECT_THAT(p.variance(),
              NearMatrix(Matrix(whole.variance(k_(ids, Eigen::all), k_.diagonal())), 1e-11));
}

TEST_F(CandidatePosteriorTest, ForgettingLeavesNoTrace) {
  CandidatePosterior p = observe({3, 0, 14});
  const Vector before = p.variance();
  p.pretend(5, k_.col(5), 0.2);
  p.pretend(5, k_.col(5), 0.2);
  p.forget(2);
  EXPECT_EQ(p.variance(), before);
  EXPECT_EQ(p.observations(), 3);
}

TEST_F(CandidatePosteriorTest, NoiselessDuplicatesStayFinite) {
  CandidatePosterior p(Vector::Ones(3));
  for (int i = 0; i < 4; ++i) p.observe(0, Vector::Ones(3), 0.7, 0);
  EXPECT_THAT(p.mean(), NearMatrix(Matrix(Vector::Constant(3, 0.7)), 1e-9));
  EXPECT_TRUE((p.variance().array() >= 0).all() && p.variance().allFinite());
  const CandidatePosterior whole = CandidatePosterior::fit(
      Vector::Ones(3), {0, 0, 0, 0}, Matrix::Ones(3, 4), Vector::Constant(4, 0.7), Vector::Zero(4));
  EXPECT_THAT(whole.mean(), NearMatrix(Matrix(Vector::Constant(3, 0.7)), 1e-9));
  EXPECT_TRUE((whole.variance().array() >= 0).all() && whole.variance().allFinite());
}

}  // namespace
}  // namespace zopo
