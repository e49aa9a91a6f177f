// What each method is for, on small domains where the right answer is plain.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/optim/scripted_search.h"
#include "tests/support/failure.h"
#include "tests/support/random_points.h"

namespace zopo {
namespace {

using optim::CandidateId;
using optim::Problem;

// 225 prompts on a square, one hill.
RowMatrix square() {
  RowMatrix z(225, 2);
  for (Index i = 0; i < 225; ++i) {
    z(i, 0) = static_cast<double>(i % 15) / 7 - 1;
    z(i, 1) = static_cast<double>(i / 15) / 7 - 1;
  }
  return z;
}

double hill(const RowMatrix& z, CandidateId id) {
  return std::exp(-(z(id, 0) - 0.6) * (z(id, 0) - 0.6) - (z(id, 1) + 0.4) * (z(id, 1) + 0.4));
}

Problem problem(const RowMatrix& z, std::uint64_t seed = 1) {
  return {.embeddings = data::Embeddings::from_matrix(z),
          .dev_examples = 1,
          .examples_per_evaluation = 1,
          .calls = 30,
          .initial = 6,
          .seed = seed};
}

test::Played play(const std::string& name,
                  const RowMatrix& z,
                  const nlohmann::json& options = nullptr,
                  std::uint64_t seed = 1) {
  const auto method = optim::make_method(name, problem(z, seed), options);
  return test::play(*method, [&](CandidateId id, std::int64_t) { return hill(square(), id); });
}

double best_found(const test::Played& played) {
  double best = 0;
  for (const CandidateId id : played.queried) best = std::max(best, hill(square(), id));
  return best;
}

class ModelBased : public testing::TestWithParam<std::string> {};

TEST_P(ModelBased, ClimbsAHillThatRandomSearchMisses) {
  double found = 0, by_chance = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    found += best_found(play(GetParam(), square(), nullptr, seed)) / 5;
    by_chance += best_found(play("random", square(), nullptr, seed)) / 5;
  }
  EXPECT_GT(found, 0.97);
  EXPECT_GT(found, by_chance);
}

TEST_P(ModelBased, TurningTheEmbeddingsChangesNothing) {
  const RowMatrix z = test::random_points(225, 6, 3);
  const RowMatrix turned = z * test::random_rotation(6, 4);
  EXPECT_EQ(play(GetParam(), z).queried, play(GetParam(), turned).queried);
}

TEST_P(ModelBased, UnitsOfTheEmbeddingsChangeNothing) {
  const RowMatrix z = test::random_points(225, 6, 3);
  EXPECT_EQ(play(GetParam(), z).queried, play(GetParam(), RowMatrix(1024 * z)).queried);
}

TEST_P(ModelBased, SaysWhyItChose) {
  for (const optim::Round& round : play(GetParam(), square()).rounds) {
    for (const optim::Query& query : round.queries) {
      if (query.phase != optim::Phase::search) continue;
      EXPECT_TRUE(query.posterior_mean && std::isfinite(*query.posterior_mean));
      EXPECT_GE(query.posterior_sd, 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Methods,
                         ModelBased,
                         testing::Values("zopo-paper", "gp-ucb", "gp-ei", "ntk-ucb"),
                         [](const testing::TestParamInfo<std::string>& one) {
                           std::string name = one.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ZopoPaper, ExploresNeighboursOfItsPlaceWhenThereIsNoGradient) {
  const RowMatrix z = square();
  const auto method = optim::make_method("zopo-paper", problem(z), {{"neighbors", 4}});
  const test::Played played = test::play(*method, [](CandidateId, std::int64_t) { return 0.5; });
  ASSERT_GE(played.rounds.size(), 2u);
  const CandidateId center = played.rounds[0].queries.front().id;  // the first of equals
  EXPECT_EQ(played.rounds[1].queries.size(), 4u);
  for (const optim::Query& query : played.rounds[1].queries) {
    EXPECT_EQ(query.phase, optim::Phase::explore);
    EXPECT_LE((z.row(query.id) - z.row(center)).norm(), 0.3);
  }
}

TEST(ZopoPaper, AThresholdOfZeroAlwaysExploresInTheEnd) {
  const test::Played played =
      play("zopo-paper", square(), {{"uncertainty_threshold", 0.0}, {"uncertainty_count", 1}});
  for (std::size_t i = 1; i < played.rounds.size(); ++i) {
    EXPECT_EQ(played.rounds[i].queries.front().phase, optim::Phase::explore);
  }
}

TEST(Nearest, StaysBesideTheBest) {
  const RowMatrix z = square();
  const test::Played played = play("nearest", z);
  CandidateId best = played.queried[0];
  for (std::size_t i = 1; i < played.queried.size(); ++i) {
    if (i >= 6) {  // after the initial prompts
      EXPECT_LE((z.row(played.queried[i]) - z.row(best)).norm(), 1.0);
    }
    if (hill(z, played.queried[i]) > hill(z, best)) best = played.queried[i];
  }
}

TEST(WholeEvaluationMethods, RecommendTheBestMeanTheFirstOfEquals) {
  const auto method = optim::make_method("random", problem(square()), nullptr);
  const std::vector<optim::Query> round = method->ask().queries;
  std::vector<optim::Outcome> outcomes(round.size());
  for (std::size_t i = 0; i < round.size(); ++i) {
    outcomes[i].id = round[i].id;
    outcomes[i].scores = {i == 2 || i == 4 ? 0.75 : 0.25};
  }
  method->tell(outcomes);
  EXPECT_EQ(method->recommend().id, round[2].id);
  EXPECT_EQ(method->recommend().mean, 0.75);
}

TEST(ZopoReference, WrongNetworksAndInitialPromptsAreRefused) {
  const std::vector<std::string> wrong = {
      R"({"layers": "x"})",
      R"({"layers": [{"W": [[1, 2]]}]})",
      R"({"layers": [{"W": [[1, 2, 3]], "b": [0]}]})",
      R"({"hidden": [0]})",
      R"({"initial": [225]})",
      R"({"initial": [3, 3]})",
      R"({"initial": ["a"]})",
  };
  for (const std::string& options : wrong) {
    EXPECT_THAT(test::failure_of([&] {
                  optim::make_method("zopo-reference", problem(square()),
                                     nlohmann::json::parse(options));
                }),
                test::FailsWith(ErrorKind::config, testing::_))
        << options;
  }
}

}  // namespace
}  // namespace zopo
