#include "bench/ranks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "zopo/base/random.h"

namespace zopo::bench {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

// P by counting every pattern of signs: slow, and plainly right.
double counted_p_value(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> distances;
  double observed = 0, total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) distances.push_back(a[i] - b[i]);
  }
  const auto rank = [&](double value) {
    double below = 0, equal = 0;
    for (const double other : distances) {
      below += std::abs(other) < std::abs(value) ? 1 : 0;
      equal += std::abs(other) == std::abs(value) ? 1 : 0;
    }
    return below + (equal + 1) / 2;
  };
  for (const double distance : distances) {
    total += rank(distance);
    observed += distance > 0 ? rank(distance) : 0;
  }
  const double smaller = std::min(observed, total - observed);
  int as_far = 0;
  const int patterns = 1 << distances.size();
  for (int pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0;
    for (std::size_t i = 0; i < distances.size(); ++i)
      sum += (pattern >> i & 1) != 0 ? rank(distances[i]) : 0;
    as_far += std::min(sum, total - sum) <= smaller + 1e-9 ? 1 : 0;
  }
  return static_cast<double>(as_far) / patterns;
}

TEST(SignedRank, AgreesWithCountingEveryPatternOfSigns) {
  Rng rng(1, "signed rank");
  for (int round = 0; round < 60; ++round) {
    std::vector<double> a, b;
    for (int i = 0; i < 1 + round % 10; ++i) {
      a.push_back(static_cast<double>(rng.below(6)));  // with ties and equal pairs
      b.push_back(static_cast<double>(rng.below(6)));
    }
    const double expected = a == b ? 1 : counted_p_value(a, b);
    EXPECT_NEAR(signed_rank_p_value(a, b), std::min(1.0, expected), 1e-12) << round;
  }
}

TEST(SignedRank, FiveOfFiveCannotBeSignificant) {
  const std::vector<double> a = {1, 2, 3, 4, 5}, b = {0, 0, 0, 0, 0};
  EXPECT_DOUBLE_EQ(signed_rank_p_value(a, b), 2.0 / 32);
}

TEST(SignedRank, ExactAndNormalMeetWhereOneTakesOver) {
  Rng rng(2, "signed rank");
  std::vector<double> a, b;
  for (int i = 0; i < 200; ++i) {
    a.push_back(rng.normal() + 0.15);
    b.push_back(rng.normal());
  }
  const double exact = signed_rank_p_value(a, b);
  // One more pair, with the smallest distance.
  a.push_back(1e-9);
  b.push_back(0);
  EXPECT_NEAR(signed_rank_p_value(a, b), exact, 0.01);
}

TEST(Ranks, HolmStepsDownAndNeverBelowTheStepBefore) {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
  EXPECT_THAT(holm(p), Pointwise(DoubleNear(1e-12), {0.03, 0.06, 0.06, 0.02}));
  EXPECT_THAT(holm(std::vector<double>{0.9, 0.8}), ElementsAre(1.0, 1.0));
}

TEST(Ranks, EqualScoresShareTheMeanOfTheirRanks) {
  const ScoreTable scores = {{0.9, 0.5, 0.1}, {0.8, 0.5, 0.2}, {0.7, 0.4, 0.2}};
  EXPECT_THAT(
      average_ranks(scores),
      Pointwise(DoubleNear(1e-12), {(1 + 1.5 + 3) / 3, (2 + 1.5 + 1.5) / 3, (3 + 3 + 1.5) / 3}));
}

TEST(Ranks, TheProfileIsTheShareOfSubjectsWithinTauOfTheBest) {
  const ScoreTable scores = {{1.0, 0.5}, {0.75, 0.5}};
  const std::vector<double> taus = profile_taus(scores);
  EXPECT_EQ(taus.size(), 41u);
  EXPECT_EQ(taus.back(), 0.25);
  const ScoreTable profile = performance_profile(scores, std::vector<double>{0, 0.2, 0.25});
  EXPECT_THAT(profile[0], ElementsAre(1, 1, 1));
  EXPECT_THAT(profile[1], ElementsAre(0.5, 0.5, 1));
}

TEST(Ranks, GroupsHoldThoseThatDoNotDiffer) {
  // Two that take turns, and one that is always far behind, on 12 subjects.
  ScoreTable scores(3);
  for (int s = 0; s < 12; ++s) {
    scores[0].push_back(s % 2 == 0 ? 0.9 + s * 0.001 : 0.8);
    scores[1].push_back(s % 2 == 0 ? 0.8 : 0.9 + s * 0.001);
    scores[2].push_back(0.1 + s * 0.01);
  }
  const RankComparison comparison = compare_ranks(scores);
  ASSERT_EQ(comparison.groups.size(), 1u);
  EXPECT_THAT(comparison.groups[0], ElementsAre(0, 1));
  EXPECT_EQ(compare_ranks({{1, 2, 3}, {1, 2, 3}, {1, 2, 3}}).groups,
            (std::vector<std::vector<std::size_t>>{{0, 1, 2}}));
}

}  // namespace
}  // namespace zopo::bench
