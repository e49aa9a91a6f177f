#include "zopo/task/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace zopo::task {
namespace {

TEST(Wilson, AgreesWithValuesWorkedByHand) {  // R: prop.test(x, n, correct = FALSE)$conf.int
  struct {
    double successes;
    std::int64_t n;
    double low, high;
  } const cases[] = {{19, 20, 0.7639, 0.9911}, {91, 100, 0.8377, 0.9519}, {0, 20, 0.0, 0.1611},
                     {20, 20, 0.8389, 1.0},    {5, 10, 0.2366, 0.7634},   {1, 1, 0.2065, 1.0}};
  for (const auto& c : cases) {
    const Interval interval = wilson_interval(c.successes, c.n);
    EXPECT_NEAR(interval.low, c.low, 1e-4) << c.successes << "/" << c.n;
    EXPECT_NEAR(interval.high, c.high, 1e-4) << c.successes << "/" << c.n;
  }
}

TEST(MeanInterval, HoldsTheMeanAndIsTighterForCloseScores) {
  std::vector<double> close(40, 0.5), wide;
  for (int i = 0; i < 40; ++i) {
    close[static_cast<std::size_t>(i)] += i % 2 == 0 ? 0.01 : -0.01;
    wide.push_back(i % 2);
  }
  const Interval a = mean_interval(close), b = mean_interval(wide);
  EXPECT_TRUE(a.low <= 0.5 && 0.5 <= a.high && b.low <= 0.5 && 0.5 <= b.high);
  EXPECT_LT(a.high - a.low, 0.08);
  EXPECT_GT(b.high - b.low, 0.25);
}

TEST(SignTest, AgreesWithTheBinomial) {  // R: binom.test(k, n)$p.value
  EXPECT_NEAR(sign_test_p_value(0, 5), 0.0625, 1e-12);
  EXPECT_NEAR(sign_test_p_value(2, 10), 0.109375, 1e-12);
  EXPECT_NEAR(sign_test_p_value(8, 10), 0.109375, 1e-12);
  EXPECT_DOUBLE_EQ(sign_test_p_value(0, 0), 1.0);
  EXPECT_DOUBLE_EQ(sign_test_p_value(5, 10), 1.0);
}

std::vector<double> flipped(std::vector<double> scores, std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i) scores[i] = 1 - scores[i];
  return scores;
}

TEST(PairedDifference, IsTheMeanOfDifferencesWithItsVerdict) {
  const std::vector<double> ones(50, 1.0);
  const PairedDifference clear = paired_difference(ones, flipped(ones, 0, 10));
  EXPECT_DOUBLE_EQ(clear.value, 0.2);
  EXPECT_NEAR(clear.p_value, 2.0 / 1024, 1e-12);
  EXPECT_TRUE(clear.significant);
  EXPECT_GT(clear.ci.low, 0.05);
  EXPECT_LT(clear.ci.high, 0.35);
  const PairedDifference slight = paired_difference(ones, flipped(ones, 0, 3));
  EXPECT_FALSE(slight.significant);
}

TEST(PairedDifference, OfEqualScoresIsNothing) {
  const std::vector<double> scores = {0.3, 1, 0, 0.5};
  const PairedDifference none = paired_difference(scores, scores);
  EXPECT_DOUBLE_EQ(none.value, 0);
  EXPECT_DOUBLE_EQ(none.p_value, 1);
  EXPECT_FALSE(none.significant);
}

TEST(PairedDifference, PermutesWhereScoresAreNotBinary) {
  std::vector<double> better, worse;
  for (int i = 0; i < 30; ++i) {
    worse.push_back(0.4 + 0.01 * (i % 7));
    better.push_back(worse.back() + 0.05 + 0.001 * (i % 3));
  }
  EXPECT_LT(paired_difference(better, worse).p_value, 0.001);
}

TEST(PairedDifference, PermutesExactlyWhereFewPairsDiffer) {
  const std::vector<double> a = {0.5, 0.6, 0.7, 0.8, 0.9, 0.5}, b = {0.4, 0.4, 0.4, 0.4, 0.4, 0.5};
  EXPECT_DOUBLE_EQ(paired_difference(a, b).p_value, 2.0 / 32);  // all signs equal, either way
}

TEST(Verdict, SaysWhichIsBetterOrThatNothingIsShown) {
  EXPECT_EQ(verdict({0.1, {}, 0.01, true}), "significantly better");
  EXPECT_EQ(verdict({-0.1, {}, 0.01, true}), "significantly worse");
  EXPECT_EQ(verdict({0.1, {}, 0.2, false}), "not significant");
}

}  // namespace
}  // namespace zopo::task
