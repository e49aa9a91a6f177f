// A search whose domain grows: a landscape whose best prompt is not among the first candidates.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/fake_chat.h"
#include "zopo/run/search_loop.h"

namespace zopo::run {
namespace {

constexpr int kExamples = 20, kCalls = 400;
const optim::Way kWay{.name = "change", .parents = optim::Parents::one, .cost = 2};

// A prompt is its quality, "35", of 100; it answers that share of the examples right.
llm::ChatReply reply_of_quality(const llm::ChatRequest& request) {
  const std::string& content = request.messages[0].content;
  const int quality = std::stoi(content);
  const int example = std::stoi(content.substr(content.find('/') + 1));
  return test::said(7 * example % kExamples * 100 / kExamples < quality ? "yes" : "no");
}

class YesMetric final : public score::Metric {
 public:
  double score(std::string_view answer, std::span<const std::string>) const override {
    return answer == "yes" ? 1 : 0;
  }
  bool is_binary() const override { return true; }
};

data::Dataset examples() {
  data::Dataset dev{"dev", {}};
  for (int i = 0; i < kExamples; ++i) dev.examples.push_back({std::to_string(i), {"yes"}, {}});
  return dev;
}

class Growing : public testing::Test {
 protected:
  Growing() {
    for (int quality = 0; quality <= 40; quality += 2)
      candidates_.emplace_back(std::to_string(quality));
  }

  // Along one axis by quality, and a little to and fro along another.
  optim::Problem problem() const {
    RowMatrix z(static_cast<Index>(candidates_.size()), 2);
    for (Index i = 0; i < z.rows(); ++i) {
      const double quality = std::stod(candidates_[static_cast<std::size_t>(i)].instruction);
      z.row(i) << quality / 40, 0.3 * static_cast<double>(i % 3);
    }
    return {.embeddings = data::Embeddings::from_matrix(z),
            .dev_examples = kExamples,
            .examples_per_evaluation = kExamples,
            .calls = kCalls,
            .initial = 5,
            .seed = 3};
  }
  static std::unique_ptr<optim::Method> method(const optim::Problem& problem) {
    return optim::make_method("zopo", problem, nlohmann::json::object());
  }

  // Writes a prompt somewhat worse or better than its parent.
  Result<Enlargement> written(const optim::Round& round) {
    std::vector<optim::Written> written;
    for (const optim::WriteOrder& order : round.writes) {
      const auto parent = static_cast<std::size_t>(order.parents.front());
      const int quality = std::stoi(candidates_[parent].instruction);
      for (std::int64_t i = 0; i < order.replies; ++i) {
        const int more = std::array{-3, 5, 9}[static_cast<std::size_t>(replies_++ % 3)];
        candidates_.emplace_back(std::to_string(std::min(quality + more, 100)));
      }
      written.push_back({order.way, order.parents, order.replies, order.replies});
    }
    return Enlargement{std::move(written), problem().embeddings};
  }

  std::optional<Error> search(bool grow) {
    test::FakeChat chat(reply_of_quality);
    const task::PromptTemplate prompt({{"user", "{{instruction}}/{{input}}"}}, {});
    const score::Extractor extract{std::vector<std::string>{}};
    const YesMetric metric;
    const data::Dataset dev = examples();
    const task::Evaluator evaluator(chat, prompt, extract, metric, dev, 1);
    std::vector<std::int64_t> order(kExamples);
    for (int i = 0; i < kExamples; ++i) order[static_cast<std::size_t>(i)] = i;
    SearchEvents events{[](const report::Decision&) {}, [](const SearchState&) {}};
    optim::Problem first_problem = problem();
    if (grow) {
      first_problem.ways = {kWay};
      first_problem.writing_calls = kCalls / 4;
      events.write = [this](const auto& round, const auto&) { return written(round); };
    }
    const auto first = method(first_problem);
    return run_search(*first, candidates_, evaluator, {order, Tolerance{0}, kExamples}, events,
                      state_);
  }

  int best() const {
    return std::stoi(candidates_[static_cast<std::size_t>(state_.recommended->id)].instruction);
  }
  std::int64_t calls() const {
    std::int64_t calls = 0;
    for (const auto& [id, answers] : state_.board)
      calls += static_cast<std::int64_t>(answers.size());
    return calls;
  }

  std::vector<task::Candidate> candidates_;
  std::int64_t replies_ = 0;
  SearchState state_;
};

TEST_F(Growing, FindsAPromptThatWasNotThere) {
  ASSERT_FALSE(search(true).has_value());
  EXPECT_GT(best(), 50);
  EXPECT_EQ(candidates_.size(), 21u + static_cast<std::size_t>(replies_));
}

TEST_F(Growing, WithoutItTheBestOfThoseThereIsAllThatCanBeFound) {
  ASSERT_FALSE(search(false).has_value());
  EXPECT_LE(best(), 40);
}

TEST_F(Growing, AnswersAndWritingShareOneBudget) {
  ASSERT_FALSE(search(true).has_value());
  EXPECT_GT(replies_, 0);
  EXPECT_EQ(calls() + replies_ * kWay.cost, kCalls);
}

TEST_F(Growing, NoExampleIsAskedTwice) {
  ASSERT_FALSE(search(true).has_value());
  for (const auto& [id, answers] : state_.board) {
    std::set<std::int64_t> seen;
    for (const task::Answer& answer : answers) EXPECT_TRUE(seen.insert(answer.example).second);
  }
}

TEST_F(Growing, WhatEndsItEndsTheSearch) {
  test::FakeChat chat(reply_of_quality);
  const Error error{ErrorKind::auth, "key expired"};
  optim::Problem writing = problem();
  writing.ways = {kWay};
  writing.writing_calls = kCalls / 4;
  const auto first = method(writing);
  const SearchEvents events{[](const report::Decision&) {}, [](const SearchState&) {},
                            [&](const auto&, const auto&) -> Result<Enlargement> { return error; }};
  const task::PromptTemplate prompt({{"user", "{{instruction}}/{{input}}"}}, {});
  const score::Extractor extract{std::vector<std::string>{}};
  const YesMetric metric;
  const data::Dataset dev = examples();
  const task::Evaluator evaluator(chat, prompt, extract, metric, dev, 1);
  const auto ended = run_search(*first, candidates_, evaluator,
                                {{0, 1, 2, 3, 4}, Tolerance{0}, kExamples}, events, state_);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->kind, ErrorKind::auth);
  EXPECT_FALSE(state_.stopped.has_value());
}

}  // namespace
}  // namespace zopo::run
