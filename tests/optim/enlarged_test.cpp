// A search whose candidates become more on the way.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/optim/scripted_search.h"
#include "tests/support/failure.h"
#include "tests/support/random_points.h"

namespace zopo {
namespace {

using optim::CandidateId;

const optim::Way kRewrite{.name = "rewrite", .parents = optim::Parents::one, .cost = 1};

class Enlarged : public testing::TestWithParam<const char*> {
 protected:
  // The first `known` of 60 candidates; the later, the better.
  std::unique_ptr<optim::Method> method(Index known) const {
    return optim::make_method("zopo",
                              {.embeddings = rows(known),
                               .dev_examples = 40,
                               .examples_per_evaluation = 20,
                               .calls = 400,
                               .initial = 5,
                               .seed = 2,
                               .ways = {kRewrite}},
                              nlohmann::json::parse(GetParam()));
  }
  data::Embeddings rows(Index known) const {
    return data::Embeddings::from_matrix(RowMatrix(z_.topRows(known)));
  }
  static double answer(CandidateId id, std::int64_t example) {
    return (7 * example + 3 * id) % 60 < id ? 1 : 0;
  }
  static test::Played play(optim::Method& method, std::size_t rounds = 1000) {
    return test::play(method, answer, rounds);
  }

  const RowMatrix z_ = test::random_points(60, 3, 4);
};

TEST_P(Enlarged, WhatIsAddedIsSearchedToo) {
  const auto zopo = method(20);
  play(*zopo, 5);
  zopo->add({{.way = 0, .parents = {3}, .replies = 40, .candidates = 40}}, rows(60));
  play(*zopo);
  EXPECT_GE(zopo->recommend().id, 20);
}

TEST_P(Enlarged, NothingAddedChangesNothing) {
  const auto plain = method(30), told = method(30);
  play(*plain, 5);
  play(*told, 5);
  told->add({{.way = 0, .parents = {3}, .replies = 2, .candidates = 0}}, rows(30));
  EXPECT_EQ(play(*plain).queried, play(*told).queried);
}

TEST_P(Enlarged, TheBudgetIsOneForAll) {
  const auto zopo = method(20);
  const std::int64_t before = play(*zopo, 5).calls;
  zopo->add({{.way = 0, .parents = {3}, .replies = 40, .candidates = 40}}, rows(60));
  EXPECT_EQ(before + play(*zopo).calls, 400);
}

TEST_P(Enlarged, RowsThatDoNotAddUpAreRefused) {
  const auto zopo = method(20);
  play(*zopo, 1);
  EXPECT_THROW(zopo->add({{.way = 0, .parents = {3}, .replies = 1, .candidates = 1}}, rows(25)),
               Failure);
}

INSTANTIATE_TEST_SUITE_P(Options, Enlarged, testing::Values("{}", R"({"localize": true})"));

TEST(WritingMethods, RefuseWhatTheyCannot) {
  const optim::Problem problem{
      .embeddings = data::Embeddings::from_matrix(test::random_points(10, 2, 1)),
      .dev_examples = 10,
      .examples_per_evaluation = 10,
      .calls = 100,
      .initial = 2,
      .ways = {kRewrite}};
  for (const std::string& name : optim::known_methods()) {
    if (optim::make_method(name, {.embeddings = problem.embeddings}, nullptr)->can_write())
      continue;
    EXPECT_THROW(optim::make_method(name, problem, nullptr), Failure) << name;
  }
}

}  // namespace
}  // namespace zopo
