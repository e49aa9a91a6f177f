// The prompt in use today, as every method treats it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/optim/scripted_search.h"
#include "tests/support/random_points.h"

namespace zopo {
namespace {

using optim::CandidateId;

constexpr CandidateId kInUse = 37;

optim::Problem problem_with_baseline() {
  return {.embeddings = data::Embeddings::from_matrix(test::random_points(60, 3, 5)),
          .dev_examples = 40,
          .examples_per_evaluation = 20,
          .calls = 800,
          .initial = 8,
          .seed = 3,
          .baseline = kInUse};
}

class Baseline : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<optim::Method> method(const optim::Problem& problem) const {
    return optim::make_method(GetParam(), problem, nullptr);
  }
};

TEST_P(Baseline, IsAskedFirst) {
  const auto search = method(problem_with_baseline());
  const std::vector<optim::Query> first = search->ask().queries;
  EXPECT_EQ(first.front().id, kInUse);
  EXPECT_EQ(first.front().phase, optim::Phase::initial);
  EXPECT_EQ(first.size(), 8);
}

TEST_P(Baseline, LeavesTheOtherInitialPromptsAsTheyAre) {
  optim::Problem without = problem_with_baseline();
  without.baseline.reset();
  const std::vector<optim::Query> alone = method(without)->ask().queries;
  const std::vector<optim::Query> with = method(problem_with_baseline())->ask().queries;
  for (std::size_t i = 1; i < with.size(); ++i) EXPECT_EQ(with[i].id, alone[i - 1].id);
}

TEST_P(Baseline, OfTheDesignOnlyMovesToTheFront) {
  optim::Problem problem = problem_with_baseline();
  problem.baseline.reset();
  const CandidateId third = method(problem)->ask().queries[2].id;
  problem.baseline = third;
  const std::vector<optim::Query> round = method(problem)->ask().queries;
  EXPECT_EQ(round.front().id, third);
  EXPECT_EQ(round.size(), 8);
}

TEST_P(Baseline, WinsTies) {
  const auto search = method(problem_with_baseline());
  test::play(*search, [](CandidateId, std::int64_t example) { return example % 2; });
  EXPECT_EQ(search->recommend().id, kInUse);
}

INSTANTIATE_TEST_SUITE_P(Methods,
                         Baseline,
                         testing::ValuesIn(optim::known_methods()),
                         [](const auto& method) {
                           std::string name = method.param;
                           std::erase(name, '-');
                           return name;
                         });

// Nothing of the initial prompts is as bad as the baseline.
double far_better(CandidateId id, std::int64_t example) {
  return id == kInUse ? static_cast<double>(example % 4 == 0)
                      : static_cast<double>(example % 4 != 0);
}

TEST(BaselineOfZopo, IsAFinalistHoweverBad) {
  const auto search = optim::make_method("zopo", problem_with_baseline(), nullptr);
  const test::Played played = test::play(*search, far_better);
  std::map<CandidateId, std::int64_t> asked;
  for (const optim::Round& round : played.rounds) {
    for (const optim::Query& query : round.queries) asked[query.id] += query.examples;
  }
  EXPECT_EQ(asked[kInUse], 40);
  EXPECT_NE(search->recommend().id, kInUse);
  EXPECT_EQ(asked[search->recommend().id], 40);
  EXPECT_LE(played.calls, 800);
}

}  // namespace
}  // namespace zopo
