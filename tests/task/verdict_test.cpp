#include "zopo/task/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zopo::task {
namespace {

// Of n examples the one found is alone right on `up`, the one in use on `down`; else both are.
PairedScores scores_of(int n, int up, int down) {
  PairedScores scores;
  for (int i = 0; i < n; ++i) {
    scores.found.push_back(i >= up && i < up + down ? 0 : 1);
    scores.in_use.push_back(i < up ? 0 : 1);
  }
  return scores;
}

TEST(Verdict, SignificantlyBetterTakesOver) {
  const Decision decision = decide(scores_of(50, 5, 5), scores_of(100, 15, 2));
  EXPECT_EQ(decision.verdict, Verdict::better);
  EXPECT_TRUE(decision.takes_over);
}

TEST(Verdict, WorseOnTheTestKeepsThePromptInUseHoweverGoodOnDev) {
  const Decision decision = decide(scores_of(50, 30, 0), scores_of(100, 2, 15));
  EXPECT_EQ(decision.verdict, Verdict::keep);
  EXPECT_FALSE(decision.takes_over);
  EXPECT_THAT(words_of(decision), testing::HasSubstr("keep your prompt"));
}

TEST(Verdict, WhatIsNotShownTakesOverOnlyWhereItIsProbablyBetter) {
  const Decision probably = decide(scores_of(50, 12, 2), scores_of(100, 9, 4));
  EXPECT_EQ(probably.verdict, Verdict::not_shown);
  EXPECT_TRUE(probably.takes_over);
  EXPECT_GT(probably.probability, 0.9);
  EXPECT_FALSE(decide(scores_of(50, 5, 4), scores_of(100, 9, 8)).takes_over);
  EXPECT_FALSE(decide(scores_of(50, 20, 2), scores_of(100, 8, 9)).takes_over);
}

TEST(Verdict, EqualScoresKeepThePromptInUse) {
  EXPECT_FALSE(decide(scores_of(50, 0, 0), scores_of(100, 0, 0)).takes_over);
  EXPECT_FALSE(decide(scores_of(50, 0, 0), {}).takes_over);
  EXPECT_FALSE(decide({}, {}).takes_over);
}

TEST(Verdict, WithoutATestDevHasToSayMore) {
  EXPECT_EQ(decide(scores_of(50, 12, 2), {}).verdict, Verdict::untested);
  EXPECT_TRUE(decide(scores_of(50, 12, 2), {}).takes_over);
  EXPECT_FALSE(decide(scores_of(50, 6, 2), {}).takes_over);
}

}  // namespace
}  // namespace zopo::task
