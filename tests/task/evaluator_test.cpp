#include "zopo/task/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_chat.h"

namespace zopo::task {
namespace {

using llm::ReplyState;
using test::FakeChat;

class SameText final : public score::Metric {
 public:
  double score(std::string_view answer, std::span<const std::string> references) const override {
    return answer == references[0] ? 1 : 0;
  }
  bool is_binary() const override { return true; }
};

llm::ChatReply reply(ReplyState state, const std::string& text) {
  llm::ChatReply made;
  made.state = state;
  made.text = text;
  made.usage = {10, 2, 0, 0};
  made.error = {ErrorKind::api, "refused"};
  return made;
}

class EvaluatorTest : public testing::Test {
 protected:
  std::vector<Answer> evaluate(FakeChat::Say answer, int repeats = 1) {
    FakeChat chat(std::move(answer));
    const Evaluator evaluator(chat, prompt_, extract_, metric_, dataset_, repeats);
    return evaluator.evaluate(std::vector<Item>{{"Plural", 0}, {"Plural", 1}});
  }

  PromptTemplate prompt_{{{"user", "{{instruction}} {{input}}"}}, {}};
  score::Extractor extract_{std::vector<std::string>{"first_line"}};
  SameText metric_;
  data::Dataset dataset_{"dev", {{"cat", {"cats"}, {}}, {"dog", {"dogs"}, {}}}};
};

TEST_F(EvaluatorTest, ScoresTheExtractedAnswerOfEachExample) {
  const auto answers = evaluate([](const llm::ChatRequest& request) {
    return reply(ReplyState::ok,
                 request.messages[0].content == "Plural cat" ? "cats\nmore" : "dog");
  });
  EXPECT_EQ(answers[0].score, 1);
  EXPECT_EQ(answers[0].extracted, "cats");
  EXPECT_EQ(answers[0].reply, "cats\nmore");
  EXPECT_EQ(answers[1].score, 0);
  EXPECT_EQ(summarize(answers).mean(), 0.5);
}

TEST_F(EvaluatorTest, AnErrorHasNoScore) {
  const auto answers = evaluate([](const llm::ChatRequest& request) {
    return request.messages[0].content == "Plural cat" ? reply(ReplyState::ok, "cats")
                                                       : reply(ReplyState::error, "");
  });
  EXPECT_EQ(answers[1].state, ReplyState::error);
  EXPECT_EQ(answers[1].error.message, "refused");
  const Evaluation evaluation = summarize(answers);
  EXPECT_EQ(evaluation.scored(), 1);
  EXPECT_EQ(evaluation.error, 1);
  EXPECT_EQ(evaluation.mean(), 1.0);
}

TEST_F(EvaluatorTest, ATruncatedReplyIsScoredAndCounted) {
  const auto answers = evaluate([](const llm::ChatRequest&) {
    return reply(ReplyState::truncated, "cats\nand furthermore");
  });
  EXPECT_EQ(answers[0].state, ReplyState::truncated);
  EXPECT_EQ(answers[0].score, 1);
  EXPECT_EQ(summarize(answers).truncated, 2);
}

TEST_F(EvaluatorTest, ATruncatedReplyCanBeAnAnswerThatIsMissing) {
  FakeChat chat([](const llm::ChatRequest& request) {
    return request.messages[0].content == "Plural cat" ? reply(ReplyState::truncated, "cats")
                                                       : reply(ReplyState::ok, "dogs");
  });
  const Evaluator evaluator(chat, prompt_, extract_, metric_, dataset_, 1, Truncated::open);
  const auto answers = evaluator.evaluate(std::vector<Item>{{"Plural", 0}, {"Plural", 1}});
  EXPECT_EQ(answers[0].state, ReplyState::error);
  EXPECT_THAT(answers[0].error.message, testing::HasSubstr("raise llm.max_tokens"));
  EXPECT_EQ(summarize(answers).mean(), 1.0);
}

TEST_F(EvaluatorTest, RepeatsAreAveragedAndTheirUsageSummed) {
  const auto answers = evaluate(
      [](const llm::ChatRequest& request) {
        return reply(ReplyState::ok, request.repeat == 0 ? "cats" : "no");
      },
      4);
  EXPECT_EQ(answers[0].score, 0.25);
  EXPECT_EQ(answers[0].usage.prompt_tokens, 40);
  EXPECT_EQ(answers[0].calls, 4);
}

TEST_F(EvaluatorTest, OneMissingRepeatLeavesTheExampleOpen) {
  const auto answers = evaluate(
      [](const llm::ChatRequest& request) {
        return request.repeat == 1 ? reply(ReplyState::error, "") : reply(ReplyState::ok, "cats");
      },
      3);
  EXPECT_EQ(answers[0].state, ReplyState::error);
  EXPECT_EQ(summarize(answers).scored(), 0);
}

// Gives every case the same score, or none.
class Always final : public Measure {
 public:
  explicit Always(Result<double> score) : score_(std::move(score)) {}
  std::vector<Measurement> measure(std::span<const score::Metric::Case> cases) const override {
    return std::vector<Measurement>(cases.size(),
                                    Measurement{score_, {{1, 1, 0, 0}, 1, 1}, "said"});
  }

 private:
  Result<double> score_;
};

class SeveralMeasures : public EvaluatorTest {
 protected:
  Answer evaluate_by(Result<double> first, double weight, Result<double> second, double other) {
    FakeChat chat([](const llm::ChatRequest&) { return reply(ReplyState::ok, "cats\nmore"); });
    const Evaluator evaluator(chat, prompt_,
                              {{"a", weight, &extract_, std::make_shared<Always>(first)},
                               {"b", other, &whole_, std::make_shared<Always>(second)}},
                              dataset_, 2);
    return evaluator.evaluate(std::vector<Item>{{"Plural", 0}}).front();
  }

  score::Extractor whole_{std::vector<std::string>{}};
};

TEST_F(SeveralMeasures, TheScoreIsTheirMeanByWeight) {
  const Answer answer = evaluate_by(1.0, 3, 0.5, 1);
  EXPECT_DOUBLE_EQ(answer.score, 0.875);
  EXPECT_EQ(answer.extracted, "cats");
  ASSERT_EQ(answer.scores.size(), 2u);
  EXPECT_EQ(answer.scores[0].score, 1.0);
  EXPECT_EQ(answer.scores[1].metric, "b");
  EXPECT_EQ(answer.scores[1].score, 0.5);
  EXPECT_EQ(answer.judge.calls, 4);  // two measures, two repeats
  EXPECT_EQ(answer.calls, 2);
}

TEST_F(SeveralMeasures, OneWithoutWeightIsOnlyReported) {
  EXPECT_EQ(evaluate_by(1.0, 1, 0.0, 0).score, 1);
  const Answer answer = evaluate_by(1.0, 1, Error{ErrorKind::api, "no verdict"}, 0);
  EXPECT_EQ(answer.state, ReplyState::ok);
  EXPECT_EQ(answer.score, 1);
  EXPECT_EQ(answer.scores[1].score, std::nullopt);
}

TEST_F(SeveralMeasures, OneWithWeightThatFailsLeavesTheAnswerOpen) {
  const Answer answer = evaluate_by(1.0, 1, Error{ErrorKind::api, "no verdict"}, 1);
  EXPECT_EQ(answer.state, ReplyState::error);
  EXPECT_EQ(answer.error.message, "no verdict");
}

TEST_F(SeveralMeasures, WhatWouldMeetEveryRequestEndsTheRunWhateverTheWeight) {
  const Answer answer = evaluate_by(1.0, 1, Error{ErrorKind::budget, "spent"}, 0);
  EXPECT_EQ(answer.state, ReplyState::error);
  EXPECT_EQ(answer.error.kind, ErrorKind::budget);
}

}  // namespace
}  // namespace zopo::task
