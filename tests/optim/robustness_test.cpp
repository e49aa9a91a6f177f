// Every method on every domain that breaks things: defined behaviour, no NaN, no endless loop.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "tests/optim/scripted_search.h"
#include "tests/support/random_points.h"
#include "zopo/base/error.h"
#include "zopo/base/random.h"
#include "zopo/optim/method.h"

namespace zopo {
namespace {

using optim::CandidateId;
using optim::Method;
using optim::Problem;

constexpr std::int64_t kExamples = 5;

struct Trouble {
  std::string name;
  RowMatrix z;
  double score_spread = 1;  // 0: all candidates are equally good
  std::int64_t evaluations = 12;
  std::int64_t initial = 4;
  std::int64_t spare_calls = 0;  // beyond whole evaluations
  double level = 0.5;            // 1: every answer is right, 0: none
};

RowMatrix duplicated() {
  RowMatrix z(20, 3);
  z << test::random_points(10, 3, 1), test::random_points(10, 3, 1);
  return z;
}

RowMatrix collinear() {
  const Vector along = Vector::LinSpaced(20, -1, 1);
  return along * RowMatrix::Ones(1, 4);
}

std::vector<Trouble> troubles() {
  const RowMatrix plain = test::random_points(20, 4, 1);
  return {
      {"plain", plain},
      {"duplicated", duplicated()},
      {"collinear", collinear()},
      {"constant", RowMatrix::Ones(20, 4)},
      {"zero", RowMatrix::Zero(20, 4)},
      {"huge", 1e200 * plain},
      {"tiny", 1e-200 * plain},
      {"far_from_the_origin", plain.array() + 1e8},
      {"mixed_magnitudes", plain.array().cube() * 1e6},
      {"equal_scores", plain, 0},
      {"all_right", plain, 0, 12, 4, 0, 1},
      {"all_wrong", plain, 0, 12, 4, 0, 0},
      {"all_wrong_and_constant", RowMatrix::Ones(20, 4), 0, 12, 4, 0, 0},
      {"one_candidate", plain.topRows(1)},
      {"two_candidates", plain.topRows(2)},
      {"fewer_candidates_than_budget", plain.topRows(7), 1, 40},
      {"one_dimension", test::random_points(20, 1, 2)},
      {"budget_below_the_initial_set", plain, 1, 2},
      {"budget_below_one_evaluation", plain, 1, 0, 4, 3},
      {"budget_with_a_remainder", plain, 1, 9, 4, 3},
      {"no_budget", plain, 1, 0},
      {"no_initial_set", plain, 1, 12, 0},
      {"initial_set_larger_than_the_domain", plain.topRows(3), 1, 12, 10},
  };
}

struct Variant {
  std::string method;
  std::string name;  // of the options
  nlohmann::json options;
};

// Every method as it is; those that evaluate whole prompts with racing too; what takes another
// path.
std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const std::string& name : optim::known_methods()) all.push_back({name, "", nullptr});
  for (const std::string& name : optim::known_methods()) {
    if (!optim::traits_of(name)->races) continue;
    all.push_back(
        {name, "_racing", {{"racing", true}, {"racing_block", 2}, {"racing_alpha", 0.5}}});
  }
  all.push_back(
      {"zopo", "_localized", {{"localize", true}, {"neighbors", 3}, {"from_everywhere", 2}}});
  all.push_back({"zopo", "_whole", {{"whole_evaluations", true}}});
  all.push_back({"zopo", "_examples_alike", {{"effects", false}}});
  all.push_back({"zopo-paper", "_projection", {{"projection", 4}}});
  return all;
}
void PrintTo(const Variant& variant, std::ostream* out) { *out << variant.method << variant.name; }

class EveryMethod : public testing::TestWithParam<Variant> {
 protected:
  void in_every_trouble(const std::function<void()>& check) {
    for (const Trouble& one : troubles()) {
      SCOPED_TRACE(one.name);
      trouble_ = one;
      check();
    }
  }
  const Trouble& trouble() const { return trouble_; }
  std::int64_t budget() const { return trouble().evaluations * kExamples + trouble().spare_calls; }

  std::unique_ptr<Method> method(std::uint64_t seed = 3) const {
    const Problem problem{.embeddings = data::Embeddings::from_matrix(trouble().z),
                          .dev_examples = 2 * kExamples,
                          .examples_per_evaluation = kExamples,
                          .calls = budget(),
                          .initial = trouble().initial,
                          .seed = seed};
    const Variant& variant = GetParam();
    return optim::make_method(variant.method, problem, variant.options);
  }
  // Right or wrong by candidate and example, in a fixed pattern.
  double score(CandidateId id, std::int64_t example) const {
    const double p =
        trouble().level + 0.45 * trouble().score_spread * std::sin(static_cast<double>(id));
    return std::fmod(0.37 * static_cast<double>(example) + 0.11, 1.0) < p ? 1.0 : 0.0;
  }
  test::Played play(Method& m) const {
    return test::play(
        m, [&](CandidateId id, std::int64_t e) { return score(id, e); }, 1000);
  }

 private:
  Trouble trouble_;
};

TEST_P(EveryMethod, EndsWithinItsBudgetAndNeverRepeatsAnExample) {
  in_every_trouble([&] {
    const auto m = method();
    const test::Played played = play(*m);
    EXPECT_LT(played.rounds.size(), 1000u);
    EXPECT_LE(played.calls, budget());
    std::vector<std::int64_t> asked(static_cast<std::size_t>(trouble().z.rows()), 0);
    for (const optim::Round& round : played.rounds) {
      for (const optim::Query& query : round.queries) {
        ASSERT_TRUE(0 <= query.id && query.id < trouble().z.rows());
        EXPECT_GT(query.examples, 0);
        asked[static_cast<std::size_t>(query.id)] += query.examples;
      }
    }
    EXPECT_LE(*std::max_element(asked.begin(), asked.end()), 2 * kExamples);
  });
}

TEST_P(EveryMethod, UsesWhatTheBudgetAndTheCandidatesAllow) {
  in_every_trouble([&] {
    const auto m = method();
    const test::Played played = play(*m);
    const std::set<CandidateId> distinct(played.queried.begin(), played.queried.end());
    // A method may spend its calls on few candidates, but it tries at least two where it can.
    const std::int64_t possible = std::min<std::int64_t>(trouble().evaluations, trouble().z.rows());
    EXPECT_GE(static_cast<std::int64_t>(distinct.size()), std::min<std::int64_t>(possible, 2));
    EXPECT_EQ(played.queried.empty(), budget() == 0);
  });
}

TEST_P(EveryMethod, RecommendsACandidateItHasTried) {
  in_every_trouble([&] {
    const auto m = method();
    const test::Played played = play(*m);
    if (played.queried.empty()) return;  // nothing was told
    const optim::Recommendation best = m->recommend();
    EXPECT_THAT(played.queried, testing::Contains(best.id));
    EXPECT_TRUE(std::isfinite(best.mean));
  });
}

// Plays to the end; answers(query, example) says whether an example has a score.
std::int64_t play_with_holes(
    Method& m, const std::function<bool(const optim::Query&, std::int64_t)>& answers) {
  std::map<CandidateId, std::int64_t> walked;
  std::int64_t scores = 0;
  for (int rounds = 0; rounds < 1000; ++rounds) {
    const optim::Round round = m.ask();
    if (round.stop) return scores;
    std::vector<optim::Outcome> outcomes;
    for (const optim::Query& query : round.queries) {
      optim::Outcome outcome{query.id, {}, {}};
      std::int64_t& next = walked[query.id];
      for (std::int64_t i = 0; i < query.examples; ++i, ++next) {
        if (!answers(query, next)) continue;
        outcome.examples.push_back(next);
        outcome.scores.push_back(next % 2 == 0 ? 1.0 : 0.0);
        ++scores;
      }
      outcomes.push_back(std::move(outcome));
    }
    m.tell(outcomes);
  }
  ADD_FAILURE() << "does not end";
  return scores;
}

TEST_P(EveryMethod, RefusesToRecommendBeforeAnyScore) {
  in_every_trouble([&] {
    const auto fresh = method(), silent = method();
    EXPECT_THROW(fresh->recommend(), Failure);
    EXPECT_EQ(play_with_holes(*silent, [](const auto&, auto) { return false; }), 0);
    EXPECT_THROW(silent->recommend(), Failure);
  });
}

TEST_P(EveryMethod, GoesOnWithWhatScoresThereAre) {
  in_every_trouble([&] {
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
      Rng random(seed, "holes");
      const auto m = method();
      const std::int64_t scores =
          play_with_holes(*m, [&](const auto&, auto) { return random.below(4) == 0; });
      if (scores == 0) continue;
      EXPECT_TRUE(std::isfinite(m->recommend().mean));
    }
  });
}

TEST_P(EveryMethod, IsTheSameEveryTime) {
  in_every_trouble([&] {
    const auto a = method(), b = method();
    EXPECT_EQ(play(*a).queried, play(*b).queried);
  });
}

TEST_P(EveryMethod, FiguresForTheTraceAreFiniteWhereThereAreAny) {
  in_every_trouble([&] {
    const auto m = method();
    for (const optim::Round& round : play(*m).rounds) {
      for (const optim::Query& query : round.queries) {
        for (const auto figure :
             {query.posterior_mean, query.posterior_sd, query.gradient_norm, query.index}) {
          EXPECT_TRUE(std::isfinite(figure.value_or(0)));
        }
        EXPECT_GE(query.posterior_sd.value_or(0), 0);
      }
    }
  });
}

TEST_P(EveryMethod, StartsFromTheInitialPromptsOfTheSeed) {
  in_every_trouble([&] {
    const auto m = method();
    const auto random =
        optim::make_method("random",
                           Problem{.embeddings = data::Embeddings::from_matrix(trouble().z),
                                   .dev_examples = 2 * kExamples,
                                   .examples_per_evaluation = kExamples,
                                   .calls = budget(),
                                   .initial = trouble().initial,
                                   .seed = 3},
                           nullptr);
    const std::vector<optim::Query> mine = m->ask().queries, theirs = random->ask().queries;
    if (mine.empty() || theirs.empty()) return;  // no budget
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
      EXPECT_EQ(mine[i].id, theirs[i].id);
      EXPECT_EQ(mine[i].phase, optim::Phase::initial);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Methods,
                         EveryMethod,
                         testing::ValuesIn(variants()),
                         [](const testing::TestParamInfo<Variant>& one) {
                           std::string name = one.param.method + one.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(MethodRegistry, UnknownMethodsAndOptionsAreRefused) {
  const Problem problem{.embeddings =
                            data::Embeddings::from_matrix(RowMatrix(RowMatrix::Ones(2, 2)))};
  EXPECT_THROW(optim::make_method("zoppo", problem, nullptr), std::exception);
  for (const std::string& name : optim::known_methods()) {
    EXPECT_THROW(optim::make_method(name, problem, {{"no_such_option", 1}}), std::exception)
        << name;
  }
}

TEST(MethodRegistry, TraitsSayWhoRacesAndWhoOrdersCandidates) {
  const Problem problem{.embeddings =
                            data::Embeddings::from_matrix(RowMatrix(RowMatrix::Ones(2, 2)))};
  for (const std::string& name : optim::known_methods()) {
    SCOPED_TRACE(name);
    const optim::MethodTraits traits = *optim::traits_of(name);
    const auto make = [&](const char* option) {
      return optim::make_method(name, problem, {{option, true}});
    };
    EXPECT_EQ(optim::make_method(name, problem, nullptr)->can_write(), traits.whole_or_writes);
    if (traits.races) {
      EXPECT_NO_THROW(make("racing"));
    } else {
      EXPECT_THROW(make("racing"), Failure);
    }
    if (traits.whole_or_writes) {
      EXPECT_FALSE(make("whole_evaluations")->can_write());
    } else {
      EXPECT_THROW(make("whole_evaluations"), Failure);
    }
  }
  EXPECT_FALSE(optim::traits_of("zoppo"));
}

}  // namespace
}  // namespace zopo
