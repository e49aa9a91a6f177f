// zopo call by call: where it spends the budget, and what it does on a domain too large to look at
// as a whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/optim/scripted_search.h"
#include "tests/support/failure.h"
#include "tests/support/random_points.h"
#include "zopo/base/random.h"

namespace zopo {
namespace {

using nlohmann::json;
using optim::CandidateId;

// Accuracies of .2 to .9 that fall with the distance from a corner, and examples drawn from them.
class Hill {
 public:
  explicit Hill(Index m) : z_(test::random_points(m, 3, 5)) {}

  optim::Problem problem() const { return problem(z_); }
  static optim::Problem problem(const RowMatrix& z) {
    return {.embeddings = data::Embeddings::from_matrix(z),
            .dev_examples = 60,
            .examples_per_evaluation = 20,
            .calls = 600,
            .initial = 10,
            .seed = 7};
  }
  double accuracy(CandidateId id) const {
    const Vector top = Vector::Constant(3, 1.0);
    return 0.2 + 0.7 * std::exp(-0.3 * (z_.row(id).transpose() - top).squaredNorm());
  }
  double answer(CandidateId id, std::int64_t example) const {
    Rng rng(static_cast<std::uint64_t>(id * 1000 + example), "answer");
    return rng.uniform() < accuracy(id) ? 1.0 : 0.0;
  }
  test::Played play(optim::Method& method) const {
    return test::play(method, [&](CandidateId id, std::int64_t e) { return answer(id, e); });
  }
  const RowMatrix& points() const { return z_; }

 private:
  RowMatrix z_;
};

std::map<CandidateId, std::int64_t> examples_of(const test::Played& played) {
  std::map<CandidateId, std::int64_t> examples;
  for (const optim::Round& round : played.rounds) {
    for (const optim::Query& query : round.queries) examples[query.id] += query.examples;
  }
  return examples;
}

// The embeddings say nothing here.
TEST(ZopoWithKnownScores, LooksAtWhatIsKnownToBeGood) {
  const Hill hill(300);
  optim::Problem problem = Hill::problem(test::random_points(300, 3, 99));
  problem.calls = 200;
  const auto calls_on_good = [&](const Vector& known) {
    problem.known = known;
    std::int64_t calls = 0;
    const auto zopo = optim::make_method("zopo", problem, json::object());
    for (const auto& [id, n] : examples_of(hill.play(*zopo)))
      calls += hill.accuracy(id) > 0.75 ? n : 0;
    return calls;
  };
  Vector known(300);
  for (Index i = 0; i < known.size(); ++i) known(i) = 8 * hill.accuracy(i) - 3.5;
  EXPECT_GT(calls_on_good(known), 1.5 * static_cast<double>(calls_on_good({})));
}

TEST(ZopoWithKnownScores, OthersSayThatTheyHaveNoUseForThem) {
  optim::Problem problem = Hill(20).problem();
  problem.known = Vector::Ones(20);
  const auto refusal = [&](const char* method, const json& options) {
    return test::failure_of([&] { optim::make_method(method, problem, options); });
  };
  const auto says_so = test::FailsWith(ErrorKind::config, testing::HasSubstr("candidates.scores"));
  EXPECT_THAT(refusal("random", json::object()), says_so);
  EXPECT_THAT(refusal("zopo", {{"whole_evaluations", true}}), says_so);
}

class Zopo : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<optim::Method> method(const Hill& hill) const {
    return optim::make_method("zopo", hill.problem(), json::parse(GetParam()));
  }
};

TEST_P(Zopo, FindsAPromptNearTheTop) {
  const Hill hill(300);
  const auto zopo = method(hill);
  hill.play(*zopo);
  EXPECT_GT(hill.accuracy(zopo->recommend().id), 0.7);
}

TEST_P(Zopo, SpendsAllCallsInRoundsOfOneEvaluation) {
  const Hill hill(300);
  const test::Played played = hill.play(*method(hill));
  EXPECT_EQ(played.calls, 600);
  EXPECT_LE(played.rounds.size(), 30u);
}

TEST_P(Zopo, GivesGoodPromptsMoreExamplesThanBadOnes) {
  const Hill hill(300);
  double good = 0, bad = 0, good_examples = 0, bad_examples = 0;
  for (const auto& [id, examples] : examples_of(hill.play(*method(hill)))) {
    const bool is_good = hill.accuracy(id) > 0.6;
    (is_good ? good : bad) += 1;
    (is_good ? good_examples : bad_examples) += static_cast<double>(examples);
  }
  ASSERT_GT(good, 0);
  ASSERT_GT(bad, 0);
  EXPECT_GT(good_examples / good, 2 * bad_examples / bad);
}

TEST_P(Zopo, TurningTheEmbeddingsChangesNothing) {
  const Hill hill(100);
  const optim::Problem turned =
      Hill::problem(RowMatrix(hill.points() * test::random_rotation(3, 4)));
  const auto other = optim::make_method("zopo", turned, json::parse(GetParam()));
  EXPECT_EQ(hill.play(*method(hill)).queried, hill.play(*other).queried);
}

TEST_P(Zopo, SaysWhyItChose) {
  const Hill hill(100);
  for (const optim::Round& round : hill.play(*method(hill)).rounds) {
    for (const optim::Query& query : round.queries) {
      if (query.phase != optim::Phase::search) continue;
      EXPECT_TRUE(0 <= query.posterior_mean && query.posterior_mean <= 1);
      EXPECT_TRUE(0 <= query.posterior_sd && query.posterior_sd <= 1);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Options,
                         Zopo,
                         testing::Values("{}",
                                         R"({"localize": true})",
                                         R"({"evidence": false})",
                                         R"({"effects": false})",
                                         R"({"kernel": "matern52"})",
                                         R"({"block": 5})"));

// Whoever looks at a small part of a large domain still gets near its top, along the gradient.
TEST(ZopoLocalized, ClimbsOnALargeDomain) {
  const Hill hill(5000);
  constexpr std::uint64_t kSeeds = 5;
  const auto reached = [&](const json& options) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      optim::Problem problem = hill.problem();
      problem.seed = seed;
      const auto zopo = optim::make_method("zopo", problem, options);
      hill.play(*zopo);
      sum += hill.accuracy(zopo->recommend().id);
    }
    return sum / kSeeds;
  };
  const double along = reached(json::object());
  EXPECT_GT(along, 0.8);
  EXPECT_GT(along, reached({{"neighbors", 1}, {"from_everywhere", 1}}));
}

TEST(ZopoLocalized, NamesTheGradientItFollowed) {
  const Hill hill(2500);
  const auto zopo = optim::make_method("zopo", hill.problem(), json::object());
  const test::Played played = hill.play(*zopo);
  EXPECT_GT(played.rounds.back().queries.front().gradient_norm, 0);
}

class ZopoFinalists : public testing::TestWithParam<std::uint64_t> {
 protected:
  // Plays a search with that many dev examples, and counts.
  void play(std::int64_t dev, const json& options) {
    const Hill hill(200);
    optim::Problem problem = hill.problem();
    problem.seed = GetParam();
    problem.dev_examples = dev;
    const auto zopo = optim::make_method("zopo", problem, options);
    const test::Played played = hill.play(*zopo);
    answered_ = examples_of(played)[zopo->recommend().id];
    for (const optim::Round& round : played.rounds) {
      for (const optim::Query& query : round.queries) {
        if (query.phase == optim::Phase::final) last_calls_ += query.examples;
      }
    }
  }

  std::int64_t answered_ = 0;    // examples of the recommended prompt
  std::int64_t last_calls_ = 0;  // in the phase of the finalists
};

TEST_P(ZopoFinalists, WhatIsRecommendedHasAnsweredAllOfDev) {
  play(100, json::object());
  EXPECT_EQ(answered_, 100);
}

TEST_P(ZopoFinalists, TakeAtMostAQuarterOfTheCalls) {
  for (const std::int64_t dev : {60, 100, 150}) {
    last_calls_ = 0;
    play(dev, json::object());
    EXPECT_LE(last_calls_, 600 / 4) << dev;
  }
}

TEST_P(ZopoFinalists, ThereAreNoneWhereTheCallsCannotCompleteOne) {
  play(400, json::object());
  EXPECT_EQ(last_calls_, 0);
}

TEST_P(ZopoFinalists, CanBeTurnedOff) {
  play(100, {{"finalists", 0}});
  EXPECT_EQ(last_calls_, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ZopoFinalists, testing::Values(1, 2, 3, 4, 5, 6));

TEST(ZopoWhole, EvaluatesWholePromptsOnce) {
  const Hill hill(100);
  const auto zopo = optim::make_method("zopo", hill.problem(), {{"whole_evaluations", true}});
  for (const auto& [id, examples] : examples_of(hill.play(*zopo))) EXPECT_EQ(examples, 20);
}

}  // namespace
}  // namespace zopo
