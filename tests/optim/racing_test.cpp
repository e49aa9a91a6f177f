#include "optim/racing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "optim/evaluations.h"
#include "tests/optim/scripted_search.h"
#include "tests/support/random_points.h"
#include "zopo/base/random.h"

namespace zopo {
namespace {

using namespace optim;

Outcome answers(CandidateId id, std::int64_t first, const std::vector<double>& scores) {
  Outcome outcome;
  outcome.id = id;
  outcome.scores = scores;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    outcome.examples.push_back(first + static_cast<std::int64_t>(i));
  }
  return outcome;
}

TEST(PairedTest, CapitalIsTheMeanOfFourBets) {
  PairedTest test;
  for (const double difference : {-1.0, 0.0, 0.5, -0.25}) test.add(difference);
  double expected = 0;
  for (const double stake : {0.125, 0.25, 0.5, 0.75}) {
    expected += (1 + stake) * (1 - 0.5 * stake) * (1 + 0.25 * stake) / 4;
  }
  EXPECT_NEAR(test.capital(), expected, 1e-12);
}

// Looked at after every one of 300 examples; challengers exactly as good as the incumbent.
TEST(PairedTest, StopsEqualsNoMoreOftenThanAlpha) {
  Rng rng(1, "equals");
  constexpr int kRaces = 2000;
  int stopped = 0;
  for (int race = 0; race < kRaces; ++race) {
    PairedTest test;
    bool over = false;
    for (int i = 0; i < 300; ++i) {
      test.add(std::floor(3 * rng.uniform()) - 1);
      over = over || test.capital() >= 10;
    }
    stopped += over ? 1 : 0;
  }
  EXPECT_LE(stopped, 0.1 * kRaces);
  EXPECT_GT(stopped, 0);
}

TEST(Races, CountsOnlyExamplesThatBothHaveAnswered) {
  Races races(0.1);
  races.add(answers(1, 0, std::vector<double>(8, 1.0)));
  races.add(answers(2, 8, std::vector<double>(8, 0.0)));
  EXPECT_FALSE(races.hopeless(2, 1));
  races.add(answers(2, 0, std::vector<double>(8, 0.0)));
  EXPECT_TRUE(races.hopeless(2, 1));
  EXPECT_FALSE(races.hopeless(1, 2));
  EXPECT_FALSE(races.hopeless(2, 7));
}

class RacingSearch : public testing::Test {
 protected:
  // Candidates of an even id are always right, the others always wrong.
  test::Played play(const nlohmann::json& options) {
    method_ = make_method("random",
                          {.embeddings = data::Embeddings::from_matrix(z_),
                           .dev_examples = 50,
                           .examples_per_evaluation = 50,
                           .calls = 600,
                           .initial = 3,
                           .seed = 2},
                          options);
    return test::play(*method_, [](CandidateId id, std::int64_t) { return id % 2 == 0 ? 1 : 0; });
  }
  static std::map<CandidateId, std::int64_t> examples_of(const test::Played& played) {
    std::map<CandidateId, std::int64_t> examples;
    for (const Round& round : played.rounds) {
      for (const Query& query : round.queries) examples[query.id] += query.examples;
    }
    return examples;
  }

  const RowMatrix z_ = test::random_points(60, 3, 1);
  std::unique_ptr<Method> method_;
};

TEST_F(RacingSearch, HopelessCandidatesAreStoppedAfterABlock) {
  const test::Played played = play({{"racing", true}});
  const auto initial = played.rounds.front().queries;
  for (const auto& [id, examples] : examples_of(played)) {
    const bool whole = id % 2 == 0 || std::any_of(initial.begin(), initial.end(),
                                                  [i = id](const Query& q) { return q.id == i; });
    EXPECT_EQ(examples, whole ? 50 : 10) << id;
  }
}

TEST_F(RacingSearch, WhatIsSavedBuysFurtherCandidatesWithinTheBudget) {
  const test::Played raced = play({{"racing", true}});
  EXPECT_LE(raced.calls, 600);
  EXPECT_GT(raced.calls, 550);
  EXPECT_GT(examples_of(raced).size(), examples_of(play(nullptr)).size());
}

TEST_F(RacingSearch, AStoppedCandidateIsNeverRecommended) {
  Evaluations evaluations(3);
  evaluations.add(answers(0, 0, {1, 0}));
  evaluations.add(answers(1, 0, {1}));
  EXPECT_EQ(evaluations.best(), 1u);
  evaluations.give_up(1);
  EXPECT_EQ(evaluations.best(), 0u);
  evaluations.give_up(0);
  EXPECT_EQ(evaluations.best(), 1u);
}

TEST_F(RacingSearch, WithoutRacingEveryEvaluationIsOneQuery) {
  for (const auto& [id, examples] : examples_of(play({{"racing", false}}))) {
    EXPECT_EQ(examples, 50) << id;
  }
}

}  // namespace
}  // namespace zopo
