#include "optim/evaluations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/failure.h"

namespace zopo {
namespace {

using optim::Evaluations;
using optim::Outcome;
using optim::Targets;

Outcome outcome(optim::CandidateId id, std::vector<double> scores) {
  Outcome o;
  o.id = id;
  o.scores = std::move(scores);
  return o;
}

Evaluations told(const std::vector<Outcome>& outcomes) {
  Evaluations evaluations(10);
  for (const Outcome& o : outcomes) evaluations.add(o);
  return evaluations;
}

TEST(Evaluations, KeepTheOrderAndAddUp) {
  const Evaluations e = told({outcome(7, {1, 0}), outcome(2, {1}), outcome(7, {1, 1})});
  ASSERT_EQ(e.tallies().size(), 2u);
  EXPECT_EQ(e.tallies()[0].id, 7);
  EXPECT_EQ(e.tallies()[0].n, 4);
  EXPECT_EQ(e.tallies()[0].mean(), 0.75);
  EXPECT_DOUBLE_EQ(e.tallies()[0].spread(), 0.75);
  EXPECT_EQ(e.unasked(), 8);
  EXPECT_EQ(e.position(2), 1);
  EXPECT_EQ(e.position(3), -1);
}

TEST(Evaluations, BestIsTheFirstOfEquals) {
  EXPECT_EQ(told({outcome(7, {0}), outcome(2, {1}), outcome(1, {1})}).best(), 1u);
}

TEST(Evaluations, AnAnswerlessOutcomeLeavesNoTally) {
  const Evaluations e = told({outcome(7, {})});
  EXPECT_TRUE(e.tallies().empty());
  EXPECT_TRUE(e.is_asked(7));
}

TEST(Evaluations, ScoresOutOfRangeAreRefused) {
  for (const double score : {-0.1, 1.1, std::nan("")}) {
    EXPECT_THAT(test::failure_of([&] { told({outcome(3, {score})}); }),
                test::FailsWith(ErrorKind::internal, testing::HasSubstr("Candidate 3")));
  }
}

TEST(Standardise, CentersAndScales) {
  const Evaluations e = told({outcome(0, {1, 1}), outcome(1, {0, 0}), outcome(2, {1, 0})});
  const Targets t = optim::standardise(e.tallies(), e.binary());
  EXPECT_NEAR(t.y.sum(), 0, 1e-14);
  EXPECT_NEAR(t.y.squaredNorm() / 3, 1, 1e-14);
  EXPECT_NEAR(t.center + t.scale * t.y(0), 1.0, 1e-14);
}

TEST(Standardise, EqualScoresGiveZerosAndAFiniteScale) {
  const Evaluations e = told({outcome(0, {1, 1}), outcome(1, {1, 1})});
  const Targets t = optim::standardise(e.tallies(), e.binary());
  EXPECT_EQ(t.y, Vector(Vector::Zero(2)));
  EXPECT_GT(t.noise.minCoeff(), 0);  // two right answers are no certainty
}

// Both vary by 1/8 about their means.
TEST(Standardise, MoreExamplesMeanLessNoise) {
  const Evaluations e = told({outcome(0, {0.25, 0.75}), outcome(1, {0, 0.5, 0.5, 0.5, 1})});
  const Targets t = optim::standardise(e.tallies(), e.binary());
  EXPECT_NEAR(t.noise(0) / t.noise(1), 5.0 / 2, 1e-9);
}

// Two candidates of three answers each, every answer a coin: over all 64 ways to fall the noise is
// the variance of a mean of three, a twelfth.
TEST(Standardise, TheNoiseIsWithoutBias) {
  constexpr int kAnswers = 3, kWays = 1 << (2 * kAnswers);
  double sum = 0;
  for (int way = 0; way < kWays; ++way) {
    std::vector<double> scores[2];
    for (int i = 0; i < 2 * kAnswers; ++i) scores[i % 2].push_back(way >> i & 1);
    const Evaluations e = told({outcome(0, scores[0]), outcome(1, scores[1])});
    const Targets t = optim::standardise(e.tallies(), false);  // no floor
    sum += t.noise.sum() * t.scale * t.scale / 2;
  }
  EXPECT_NEAR(sum / kWays, 1.0 / 12, 1e-12);
}

TEST(Standardise, SingleAnswersAreAsUncertainAsACoin) {
  const Evaluations e = told({outcome(0, {1}), outcome(1, {0}), outcome(2, {1}), outcome(3, {0})});
  const Targets t = optim::standardise(e.tallies(), e.binary());
  EXPECT_NEAR(t.noise(0) * t.scale * t.scale, 0.25, 1e-12);
}

TEST(Standardise, RecordedValuesCarryNoNoise) {
  const Evaluations e = told({outcome(0, {0.3, 0.3}), outcome(1, {0.8, 0.8})});
  EXPECT_EQ(optim::standardise(e.tallies(), e.binary()).noise, Vector(Vector::Zero(2)));
}

}  // namespace
}  // namespace zopo
