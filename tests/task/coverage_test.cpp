// What the intervals and tests promise, counted over simulated prompts whose truth is known.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "zopo/base/random.h"
#include "zopo/task/statistics.h"

namespace zopo::task {
namespace {

constexpr int kPrompts = 10000;

// Into the test's report: --gtest_output=json:FILE.
void note(const std::string& what, int n, double share) {
  static int count = 0;
  testing::Test::RecordProperty(std::to_string(++count) + "_" + what + "_on_" + std::to_string(n),
                                std::to_string(share));
}

double success(Rng& rng, double p) { return rng.uniform() < p ? 1 : 0; }

// Examples differ in difficulty: their chances lie around p.
double chance(Rng& rng, double p) { return p + std::min(p, 1 - p) * (2 * rng.uniform() - 1); }

// The mean of four repeats: a graded score of mean p.
double graded(Rng& rng, double p) {
  const double q = chance(rng, p);
  return (success(rng, q) + success(rng, q) + success(rng, q) + success(rng, q)) / 4;
}

using Draw = double (*)(Rng&, double);

std::vector<double> scores(Rng& rng, Draw draw, double p, int n) {
  std::vector<double> scores;
  for (int i = 0; i < n; ++i) scores.push_back(draw(rng, p));
  return scores;
}

// Share of prompts whose interval holds their truth, truths spread evenly from 0 to 1.
double coverage(Draw draw, int n) {
  Rng rng(static_cast<std::uint64_t>(n), "coverage");
  int covered = 0;
  for (int prompt = 0; prompt < kPrompts; ++prompt) {
    const double p = prompt / double(kPrompts - 1);
    const Interval interval = mean_interval(scores(rng, draw, p, n));
    if (interval.low <= p && p <= interval.high) ++covered;
  }
  note("coverage", n, covered / double(kPrompts));
  return covered / double(kPrompts);
}

TEST(MeanInterval, CoversTheTruthNinetyFiveTimesInAHundred) {
  for (const int n : {5, 20, 100}) EXPECT_NEAR(coverage(success, n), 0.95, 0.015) << n;
}

TEST(MeanInterval, CoversTheTruthOfGradedScoresToo) {
  EXPECT_NEAR(coverage(graded, 5), 0.95, 0.035);  // cautious where there is little to go by
  for (const int n : {20, 100}) EXPECT_NEAR(coverage(graded, n), 0.95, 0.015) << n;
}

// Share of pairs that are called significantly different; both prompts meet the same examples.
double said_significant(Draw draw, double low, double high, double gain, int n, int pairs) {
  Rng rng(static_cast<std::uint64_t>(n), "pairs");
  int said = 0;
  for (int pair = 0; pair < pairs; ++pair) {
    const double p = low + (high - low) * rng.uniform();
    const std::vector<double> a = scores(rng, draw, p + gain, n), b = scores(rng, draw, p, n);
    if (paired_p_value(a, b) < 0.05) ++said;
  }
  note("significant", n, said / double(pairs));
  return said / double(pairs);
}

TEST(PairedTest, CallsAtMostFiveInAHundredEqualPromptsDifferent) {
  for (const int n : {10, 50, 200}) {
    EXPECT_LE(said_significant(success, 0, 1, 0, n, kPrompts), 0.05) << n;
    EXPECT_LE(said_significant(success, 0.5, 0.5, 0, n, kPrompts), 0.05) << n;  // most discordance
  }
}

TEST(PairedTest, FindsFourOfFivePromptsThatAreFifteenPointsBetterOnTwoHundredExamples) {
  EXPECT_GE(said_significant(success, 0, 0.85, 0.15, 200, kPrompts), 0.8);
  EXPECT_GE(said_significant(success, 0.425, 0.425, 0.15, 200, kPrompts), 0.8);  // the hardest
}

TEST(PairedTest, KeepsItsLevelForGradedScores) {
  const int pairs = 1000;
  const double luck = 3 * std::sqrt(0.05 * 0.95 / pairs);  // the test is exact: its level is 5 %
  EXPECT_LE(said_significant(graded, 0, 1, 0, 10, pairs), 0.05 + luck);
  EXPECT_LE(said_significant(graded, 0, 1, 0, 30, pairs), 0.05 + luck);
  EXPECT_GE(said_significant(graded, 0.3, 0.5, 0.3, 30, 100), 0.8);
}

TEST(DifferenceInterval, CoversTheTruthNinetyFiveTimesInAHundred) {
  Rng rng(3, "differences");
  const int pairs = 500, n = 30;
  int covered = 0;
  for (int pair = 0; pair < pairs; ++pair) {
    const double p = rng.uniform(), q = rng.uniform();
    const Interval ci =
        paired_difference(scores(rng, success, p, n), scores(rng, success, q, n)).ci;
    if (ci.low <= p - q && p - q <= ci.high) ++covered;
  }
  EXPECT_NEAR(covered / double(pairs), 0.95, 0.03);
}

TEST(DifferenceInterval, OfPairsThatNeverDifferIsNotCertainty) {
  const std::vector<double> same = {1, 0, 1, 1, 0, 1, 1, 1, 0, 1};
  const Interval ci = paired_difference(same, same).ci;
  EXPECT_LT(ci.low, -0.05);
  EXPECT_GT(ci.high, 0.05);
}

}  // namespace
}  // namespace zopo::task
