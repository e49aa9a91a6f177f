#include "zopo/data/known_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/failure.h"
#include "tests/support/near_matrix.h"
#include "tests/support/temp_dir.h"

namespace zopo::data {
namespace {

using test::NearMatrix;

TEST(KnownScores, AreStandardDeviationsOfTheMeanOverTheModels) {
  // Both models have them at -1, 0 and 1 of their own standard deviations.
  const std::vector<ScoredPrompts> models = {{{"a", "b", "c"}, {0.1, 0.2, 0.3}, {}},
                                             {{"c", "b", "a"}, {0.9, 0.5, 0.1}, {}}};
  const double end = std::sqrt(1.5);
  EXPECT_THAT(known_scores(models, {"a", "b", "c"}), NearMatrix(Vector{{-end, 0, end}}, 1e-12));
}

TEST(KnownScores, WhatNoModelKnowsIsZero) {
  const std::vector<ScoredPrompts> models = {{{"a", "b", "unused"}, {0.1, 0.3, 0.7}, {}}};
  EXPECT_THAT(known_scores(models, {"new", "a", "b", "A"}),
              NearMatrix(Vector{{0, -1, 1, 0}}, 1e-12));
}

TEST(KnownScores, FewAnswersAreDrawnTowardsTheMean) {
  const std::vector<ScoredPrompts> models = {
      {{"few", "many", "low", "lower"}, {0.9, 0.9, 0.1, 0.1}, {3, 1000, 1000, 1000}}};
  const Vector known = known_scores(models, {"few", "many", "low", "lower"});
  EXPECT_GT(known(0), 0);
  EXPECT_LT(known(0), 0.9 * known(1));
}

TEST(KnownScores, WhatChanceExplainsSaysNothing) {
  const std::vector<ScoredPrompts> noise = {{{"a", "b"}, {0.4, 0.6}, {5, 5}}};
  EXPECT_EQ(known_scores(noise, {"a", "b"}).size(), 0);
  const std::vector<ScoredPrompts> flat = {{{"a", "b"}, {0.5, 0.5}, {}}};
  EXPECT_EQ(known_scores(flat, {"a", "b"}).size(), 0);
  EXPECT_EQ(known_scores({}, {"a", "b"}).size(), 0);
  // Such a model does not water down another one.
  const std::vector<ScoredPrompts> good = {{{"a", "b"}, {0.4, 0.6}, {}}};
  EXPECT_EQ(known_scores({good[0], noise[0]}, {"a", "b"}), known_scores(good, {"a", "b"}));
}

TEST(KnownScores, FilesAreLandscapesOrWhatRunsLeft) {
  const test::TempDir dir;
  dir.write("runs/1/scores.json",
            R"({"candidates": ["a", "b"], "scores": {"m": [0.5, 1]}, "answers": {"m": [4, 12]}})");
  dir.write("runs/2/scores.json", R"({"candidates": ["a"], "scores": {"m": [0.5], "n": [0.1]}})");
  const auto outcomes = dir.write("landscape.json",
                                  R"({"candidates": ["a", "b"], "scores": {"m": [0.5, 1]},
                                      "outcomes": {"m": ["01", "11"]}})");
  const auto models = load_scored_prompts({dir.path() / "runs/*/scores.json", outcomes});
  ASSERT_EQ(models.size(), 4u);
  EXPECT_THAT(models[0].answers, testing::ElementsAre(4, 12));
  EXPECT_THAT(models[1].prompts, testing::ElementsAre("a"));
  EXPECT_THAT(models[1].answers, testing::IsEmpty());
  EXPECT_THAT(models[3].answers, testing::ElementsAre(2, 2));
}

TEST(KnownScores, ANameThatMatchesNothingIsRefused) {
  const test::TempDir dir;
  EXPECT_THAT(test::failure_of([&] { load_scored_prompts({dir.path() / "*.json"}); }),
              test::FailsWith(ErrorKind::data, testing::HasSubstr("no file matches")));
}

}  // namespace
}  // namespace zopo::data
