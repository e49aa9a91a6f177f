#include "optim/way_record.h"

#include <gtest/gtest.h>

#include <vector>

namespace zopo::optim {
namespace {

TEST(WayRecord, WithoutChildrenExpectsNothingAndDoubtsIt) {
  const Gain gain = next_gain({}, 0.2);
  EXPECT_EQ(gain.mean, 0);
  EXPECT_NEAR(gain.variance, 0.4, 1e-12);  // s^2, and as much for d
}

TEST(WayRecord, OneChildCountsAsMuchAsThePrior) {
  EXPECT_NEAR(next_gain(std::vector<Gain>{{0.6, 0}}, 0.2).mean, 0.3, 1e-12);
}

TEST(WayRecord, ManyChildrenTellMeanAndSpread) {
  std::vector<Gain> gains;
  for (int i = 0; i < 2000; ++i) gains.push_back({i % 2 == 0 ? 0.9 : 0.5, 0});
  const Gain gain = next_gain(gains, 3);
  EXPECT_NEAR(gain.mean, 0.7, 1e-3);
  EXPECT_NEAR(gain.variance, 0.04, 5e-3);
}

TEST(WayRecord, WhatIsNotKnownOfTheChildrenCountsAsSpread) {
  const std::vector<Gain> sure(50, {0.1, 0}), unsure(50, {0.1, 0.3});
  EXPECT_GT(next_gain(unsure, 0.1).variance, next_gain(sure, 0.1).variance + 0.2);
}

}  // namespace
}  // namespace zopo::optim
