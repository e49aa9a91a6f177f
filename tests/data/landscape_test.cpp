#include "zopo/data/landscape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "tests/support/temp_dir.h"
#include "zopo/base/error.h"

namespace zopo::data {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;

constexpr const char* kTwoModels =
    R"({"task": "t", "candidates": ["a", "b", "c"], "scores": {"flat": [0.5, 0.5, 0.55], "hill": [0.1, 0.3, 0.9]}})";

class Landscapes : public ::testing::Test {
 protected:
  LandscapeSet load(const std::string& text) {
    const std::filesystem::path file = dir_.write("t.json", text);
    return load_landscapes({file}, 0.1);
  }
  std::string refusal(const std::string& text) {
    try {
      load(text);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "";
  }
  test::TempDir dir_;
};

TEST_F(Landscapes, FlatOnesDoNotCount) {
  const LandscapeSet set = load(kTwoModels);
  ASSERT_EQ(set.landscapes.size(), 1u);
  EXPECT_EQ(set.landscapes[0].name, "t/hill");
  EXPECT_EQ(set.landscapes[0].median, 0.3);
  EXPECT_EQ(set.landscapes[0].best, 0.9);
  EXPECT_EQ(set.tasks[0].candidates.size(), 3u);
}

TEST_F(Landscapes, ANpyBesideTheFileIsItsEmbedding) {
  EXPECT_EQ(load(kTwoModels).tasks[0].embeddings, std::nullopt);
  dir_.write("t.npy", "x");
  EXPECT_EQ(load(kTwoModels).tasks[0].embeddings, dir_.path() / "t.npy");
}

TEST_F(Landscapes, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_THAT(refusal(R"({"candidates": ["a"]})"), HasSubstr("\"scores\""));
  EXPECT_THAT(refusal(R"({"candidates": [], "scores": {}})"), HasSubstr("/candidates"));
  EXPECT_THAT(refusal(R"({"candidates": [1], "scores": {}})"), HasSubstr("/candidates/0"));
  EXPECT_THAT(refusal(R"({"candidates": ["a", "b"], "scores": {"m": [0.5]}})"),
              HasSubstr("/scores/m"));
  EXPECT_THAT(refusal(R"({"candidates": ["a"], "scores": {"m": [1.5]}})"),
              HasSubstr("from 0 to 1"));
  for (const char* key : {"task", "embeddings"}) {
    const std::string text = R"({"candidates": ["a"], "scores": {"m": [0.5]}, ")";
    EXPECT_THAT(refusal(text + key + "\": 1}"),
                HasSubstr("/" + std::string(key) + ": has to be a string"));
  }
}

constexpr const char* kOutcomes =
    R"({"candidates": ["a", "b"], "scores": {"m": [0.25, 0.75], "n": [0, 1]},
        "outcomes": {"m": ["0010", [1, 0.5, 0.5, 1]]}})";

TEST_F(Landscapes, OutcomesOfExamplesAreReadWhereThereAre) {
  const LandscapeSet set = load(kOutcomes);
  ASSERT_EQ(set.landscapes.size(), 2u);
  EXPECT_EQ(set.landscapes[0].outcomes, (std::vector<double>{0, 0, 1, 0, 1, 0.5, 0.5, 1}));
  EXPECT_EQ(set.landscapes[0].examples(), 4);
  EXPECT_TRUE(set.landscapes[1].outcomes.empty());
}

TEST_F(Landscapes, OutcomesThatDoNotFitTheScoresAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"m": ["01"]})", "/outcomes/m: a model's outcomes have to be a list of 2"},
      {R"({"m": ["01", "0"]})", "/outcomes/m/1: outcomes of 1 examples"},
      {R"({"m": ["02", "01"]})", "/outcomes/m/0: the outcomes of a candidate"},
      {R"({"m": ["", ""]})", "/outcomes/m/0: the outcomes of a candidate"},
      {R"({"m": ["01", [0.5, 2]]})", "/outcomes/m/1: the outcomes of a candidate"},
      {R"({"m": ["01", "00"]})", "/outcomes/m/1: the outcomes' mean is 0.0000"},
      {R"({"n": ["01", "01"]})", "/outcomes/n: outcomes of a model without \"scores\""}};
  for (const auto& [outcomes, what] : cases) {
    EXPECT_THAT(refusal(R"({"candidates": ["a", "b"], "scores": {"m": [0.5, 0.5]}, "outcomes": )" +
                        std::string(outcomes) + "}"),
                HasSubstr(what));
  }
}

TEST_F(Landscapes, NumbersOfAnswersAreReadOrRefused) {
  const std::string start =
      R"({"candidates": ["a", "b"], "scores": {"m": [0.2, 0.7]}, "answers": )";
  EXPECT_THAT(load(start + R"({"m": [5, 10]}})").landscapes.at(0).answers,
              testing::ElementsAre(5, 10));
  for (const char* wrong :
       {R"({"m": [5]}})", R"({"m": [5, 0]}})", R"({"m": [5, "9"]}})", R"({"m": 5}})"})
    EXPECT_THAT(refusal(start + wrong), HasSubstr("/answers/m: a model's answers have to be"));
  EXPECT_THAT(refusal(start + R"({"n": [5, 10]}})"),
              HasSubstr("/answers/n: answers of a model without \"scores\""));
}

TEST_F(Landscapes, WrittenOutcomesAreReadAgain) {
  EXPECT_EQ(outcomes_json({{0, 1}, {0.5, 1}}).dump(), R"(["01",[0.5,1.0]])");
}

TEST_F(Landscapes, EachSeedDrawsItsDevExamplesFromTheRecordedOnes) {
  const RecordedOutcomes outcomes(load(kOutcomes).landscapes[0], 2.0);
  std::set<std::int64_t> first;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<std::int64_t> dev = outcomes.dev_examples(seed, 3);
    EXPECT_EQ(dev, outcomes.dev_examples(seed, 3));
    EXPECT_EQ(std::set<std::int64_t>(dev.begin(), dev.end()).size(), 3u);
    first.insert(dev[0]);
  }
  EXPECT_EQ(first, (std::set<std::int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(outcomes.recorded(0, 2), 1);
  EXPECT_EQ(outcomes.recorded(1, 1), 0.5);
  EXPECT_THROW(outcomes.dev_examples(0, 5), Failure);
}

Landscape landscape(std::vector<double> values) {
  return {.name = "t/m", .task = 0, .values = std::move(values)};
}

double mean_outcome(const RecordedOutcomes& outcomes, std::int64_t candidate) {
  double sum = 0;
  for (std::int64_t example = 0; example < 20000; ++example) {
    sum += outcomes.outcome(7, candidate, example);
  }
  return sum / 20000;
}

TEST(RecordedOutcomes, AccuracyIsKeptAtEveryDifficulty) {
  for (const double difficulty : {0.0, 1.5, 3.0}) {
    const RecordedOutcomes outcomes(landscape({0, 0.03, 0.5, 0.9, 1}), difficulty);
    EXPECT_EQ(mean_outcome(outcomes, 0), 0);
    EXPECT_THAT(mean_outcome(outcomes, 1), DoubleNear(0.03, 0.01));
    EXPECT_THAT(mean_outcome(outcomes, 2), DoubleNear(0.5, 0.015));
    EXPECT_THAT(mean_outcome(outcomes, 3), DoubleNear(0.9, 0.01));
    EXPECT_EQ(mean_outcome(outcomes, 4), 1);
  }
}

TEST(RecordedOutcomes, DependOnSeedLandscapeCandidateAndExampleAlone) {
  const RecordedOutcomes a(landscape({0.5, 0.5}), 0);
  Landscape other = landscape({0.5, 0.5});
  other.name = "t/other";
  const RecordedOutcomes b(other, 0);
  int seeds = 0, candidates = 0, landscapes = 0;
  for (std::int64_t e = 0; e < 1000; ++e) {
    EXPECT_EQ(a.outcome(1, 0, e), RecordedOutcomes(landscape({0.5, 0.5}), 0).outcome(1, 0, e));
    seeds += a.outcome(1, 0, e) == a.outcome(2, 0, e);
    candidates += a.outcome(1, 0, e) == a.outcome(1, 1, e);
    landscapes += a.outcome(1, 0, e) == b.outcome(1, 0, e);
  }
  for (const int equal : {seeds, candidates, landscapes}) EXPECT_NEAR(equal, 500, 70);
}

TEST(RecordedOutcomes, DifficultyIsSharedByTheCandidates) {
  const RecordedOutcomes outcomes(landscape({0.5, 0.5}), 3);
  int equal = 0;
  for (std::int64_t e = 0; e < 2000; ++e) {
    EXPECT_EQ(outcomes.probability(1, 0, e), outcomes.probability(1, 1, e));
    equal += outcomes.outcome(1, 0, e) == outcomes.outcome(1, 1, e);
  }
  EXPECT_GT(equal, 1400);  // hard examples are hard for both
}

TEST(RecordedOutcomes, RunSeedsDifferByLandscapeAndSeed) {
  const RecordedOutcomes outcomes(landscape({0.5}), 0);
  EXPECT_NE(outcomes.run_seed(0), outcomes.run_seed(1));
}

}  // namespace
}  // namespace zopo::data
