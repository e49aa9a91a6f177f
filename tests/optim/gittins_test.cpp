#include "optim/gittins.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace zopo::optim {
namespace {

// The worth of a prompt of s right among n answers beside a sure alternative, by plain recursion;
// at most `left` answers more.
double worth(double s, double n, double alternative, double price, int left) {
  const double p = s / n, now = std::max(p, alternative);
  if (left == 0) return now;
  const double on = p * worth(s + 1, n + 1, alternative, price, left - 1) +
                    (1 - p) * worth(s, n + 1, alternative, price, left - 1) - price;
  return std::max(now, on);
}

// The highest alternative on a fine scale that the prompt, closed at that price, is worth opening
// for. Prices here are so high that more than kLook answers are never bought.
constexpr int kLook = 12;
double slow_index(const AccuracyBelief& belief, double price, double opening) {
  const double s = belief.mean * belief.pseudo_count;
  double index = belief.mean - opening;
  for (double g = index; g <= 1; g += 2e-3) {
    if (worth(s, belief.pseudo_count, g, price, kLook) - opening > g + 1e-9) index = g;
  }
  return index;
}

class Indices : public testing::TestWithParam<AccuracyBelief> {};

TEST_P(Indices, OfAPromptThatIsThereAreThoseOfPlainRecursion) {
  for (const double price : {0.01, 0.02, 0.05})
    EXPECT_NEAR(gittins_index(GetParam(), price), slow_index(GetParam(), price, 0), 4e-3);
}

TEST_P(Indices, OfOneToBeWrittenAreThoseOfPlainRecursion) {
  for (const double opening : {0.01, 0.05, 0.2})
    EXPECT_NEAR(boxed_index(GetParam(), 0.02, opening), slow_index(GetParam(), 0.02, opening),
                4e-3);
}

TEST_P(Indices, FallWithThePriceAndTheCostOfOpening) {
  EXPECT_GE(gittins_index(GetParam(), 1e-4), gittins_index(GetParam(), 1e-3));
  EXPECT_GE(gittins_index(GetParam(), 1e-3) + kIndexTolerance, boxed_index(GetParam(), 1e-3, 0));
  EXPECT_GT(boxed_index(GetParam(), 1e-3, 1e-3), boxed_index(GetParam(), 1e-3, 1e-2));
}

TEST_P(Indices, AreNeverBelowTheMeanOfWhatIsThere) {
  for (const double price : {1e-4, 1e-2, 0.5})
    EXPECT_GE(gittins_index(GetParam(), price), GetParam().mean);
}

TEST_P(Indices, OfTheTableAreTheExactOnesUpToInterpolation) {
  for (const double price : {3e-4, 3e-3})
    EXPECT_NEAR(IndexTable(price)(GetParam()), gittins_index(GetParam(), price), 0.01);
}

INSTANTIATE_TEST_SUITE_P(Beliefs,
                         Indices,
                         testing::Values(AccuracyBelief{0.5, 2},
                                         AccuracyBelief{0.3, 5},
                                         AccuracyBelief{0.8, 3.3},
                                         AccuracyBelief{0.62, 20},
                                         AccuracyBelief{0.07, 11}));

TEST(Index, OfWhatIsCertainIsWhatItIs) {
  EXPECT_EQ(gittins_index({0, 3}, 1e-3), 0);
  EXPECT_EQ(gittins_index({1, 3}, 1e-3), 1);
  EXPECT_NEAR(gittins_index({0.4, 1e9}, 1e-3), 0.4, kIndexTolerance);
}

TEST(Index, RewardsIgnorance) {
  EXPECT_GT(gittins_index({0.5, 2}, 1e-3), gittins_index({0.5, 50}, 1e-3) + 0.05);
}

TEST(AccuracyBelief, HasTheMomentsAsked) {
  const AccuracyBelief belief = accuracy_belief(0.3, 0.1);
  EXPECT_NEAR(belief.pseudo_count, 0.21 / 0.01 - 1, 1e-9);
}

}  // namespace
}  // namespace zopo::optim
