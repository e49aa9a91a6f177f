// A search whose domain grows: a landscape whose best prompt is not among the first candidates.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "zopo/app/search_loop.h"

namespace zopo::app {
namespace {

constexpr int kExamples = 20, kCalls = 400;

// A prompt is its quality, "35", of 100; it answers that share of the examples right.
class QualityChat final : public llm::Chat {
 public:
  std::vector<llm::ChatReply> complete(std::span<const llm::ChatRequest> requests) override {
    std::vector<llm::ChatReply> replies;
    for (const llm::ChatRequest& request : requests) {
      const std::string& content = request.messages[0].content;
      const int quality = std::stoi(content);
      const int example = std::stoi(content.substr(content.find('/') + 1));
      llm::ChatReply reply;
      reply.state = llm::ReplyState::ok;
      reply.text = 7 * example % kExamples * 100 / kExamples < quality ? "yes" : "no";
      replies.push_back(reply);
    }
    return replies;
  }
};

class YesMetric final : public data::Metric {
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

  // A generator that writes prompts somewhat worse and better than the incumbent.
  Result<std::unique_ptr<optim::Method>> enlarged(const optim::Method& method,
                                                  const SearchState& state) {
    frontiers_.push_back(method.frontier());
    if (frontiers_.back().state == optim::Frontier::State::open)
      return std::unique_ptr<optim::Method>();
    const int quality =
        std::stoi(candidates_[static_cast<std::size_t>(frontiers_.back().incumbent)].instruction);
    for (const int more : {-3, 5, 9}) candidates_.emplace_back(std::to_string(quality + more));
    optim::Problem larger = problem();
    larger.history = state.turns;
    return Growing::method(larger);
  }

  std::optional<Error> search(bool grow) {
    QualityChat chat;
    const task::PromptTemplate prompt({{"user", "{{instruction}}/{{input}}"}}, {});
    const data::Extractor extract{std::vector<std::string>{}};
    const YesMetric metric;
    const data::Dataset dev = examples();
    const task::Evaluator evaluator(chat, prompt, extract, metric, dev, 1);
    std::vector<std::int64_t> order(kExamples);
    for (int i = 0; i < kExamples; ++i) order[static_cast<std::size_t>(i)] = i;
    SearchEvents events{[](const report::Decision&) {}, [](const SearchState&) {}};
    if (grow)
      events.enlarge = [this](const auto& method, const auto& s) { return enlarged(method, s); };
    const auto first = method(problem());
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
  std::vector<optim::Frontier> frontiers_;
  SearchState state_;
};

TEST_F(Growing, FindsAPromptThatWasNotThere) {
  ASSERT_FALSE(search(true).has_value());
  EXPECT_GT(best(), 50);
  EXPECT_GT(candidates_.size(), 21u);
}

TEST_F(Growing, WithoutItTheBestOfThoseThereIsAllThatCanBeFound) {
  ASSERT_FALSE(search(false).has_value());
  EXPECT_LE(best(), 40);
}

TEST_F(Growing, TheBudgetIsOneForAllDomains) {
  ASSERT_FALSE(search(true).has_value());
  EXPECT_EQ(calls(), kCalls);
}

TEST_F(Growing, NoExampleIsAskedTwice) {
  ASSERT_FALSE(search(true).has_value());
  for (const auto& [id, answers] : state_.board) {
    std::set<std::int64_t> seen;
    for (const task::Answer& answer : answers) EXPECT_TRUE(seen.insert(answer.example).second);
  }
}

TEST_F(Growing, TheFrontierNamesTheIncumbentAndItsNeighborsWorstFirst) {
  ASSERT_FALSE(search(true).has_value());
  int closed = 0;
  for (const optim::Frontier& frontier : frontiers_) {
    if (frontier.state == optim::Frontier::State::open) continue;
    ++closed;
    const auto& around = frontier.around;
    EXPECT_TRUE(std::is_sorted(around.begin(), around.end(),
                               [](const auto& a, const auto& b) { return a.mean < b.mean; }));
    EXPECT_TRUE(std::any_of(around.begin(), around.end(),
                            [&](const auto& one) { return one.id == frontier.incumbent; }));
    EXPECT_LE(around.size(), static_cast<std::size_t>(optim::Frontier::kAround));
  }
  EXPECT_GT(closed, 0);
}

TEST_F(Growing, WhatEndsItEndsTheSearch) {
  QualityChat chat;
  const Error error{ErrorKind::auth, "key expired"};
  const auto first = method(problem());
  const SearchEvents events{
      [](const report::Decision&) {}, [](const SearchState&) {},
      [&](const auto&, const auto&) -> Result<std::unique_ptr<optim::Method>> { return error; }};
  const task::PromptTemplate prompt({{"user", "{{instruction}}/{{input}}"}}, {});
  const data::Extractor extract{std::vector<std::string>{}};
  const YesMetric metric;
  const data::Dataset dev = examples();
  const task::Evaluator evaluator(chat, prompt, extract, metric, dev, 1);
  const auto ended = run_search(*first, candidates_, evaluator,
                                {{0, 1, 2, 3, 4}, Tolerance{0}, kExamples}, events, state_);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->kind, ErrorKind::auth);
  EXPECT_EQ(state_.rounds, 1);
}

}  // namespace
}  // namespace zopo::app
