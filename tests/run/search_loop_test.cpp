#include "zopo/run/search_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "tests/support/fake_chat.h"

namespace zopo::run {
namespace {

using test::failed;
using test::FakeChat;
using test::said;
using testing::ElementsAre;
using testing::HasSubstr;

// A reply to a content that was asked so often before.
using Replies = std::function<llm::ChatReply(const std::string&, int)>;

llm::ChatReply cut() {
  llm::ChatReply reply;
  reply.state = llm::ReplyState::truncated;
  return reply;
}

// Plays back fixed rounds and remembers what it was told.
class ScriptedMethod final : public optim::Method {
 public:
  explicit ScriptedMethod(std::vector<std::vector<optim::Query>> rounds)
      : rounds_(std::move(rounds)) {}
  optim::Round ask() override {
    if (told.size() >= rounds_.size())
      return {.queries = {}, .writes = {}, .stop = optim::Stop::budget};
    return {.queries = rounds_[told.size()], .writes = {}, .stop = {}};
  }
  void tell(const std::vector<optim::Outcome>& outcomes) override { told.push_back(outcomes); }
  optim::Recommendation recommend() const override { return {told.back().front().id, 0}; }

  std::vector<std::vector<optim::Outcome>> told;

 private:
  std::vector<std::vector<optim::Query>> rounds_;
};

optim::Query query(optim::CandidateId id, std::int64_t examples) {
  return {.id = id, .examples = examples, .phase = optim::Phase::initial};
}

class ContainsMetric final : public score::Metric {
 public:
  double score(std::string_view answer, std::span<const std::string>) const override {
    return answer == "yes" ? 1 : 0;
  }
  bool is_binary() const override { return true; }
};

class SearchLoopTest : public testing::Test {
 protected:
  std::optional<Error> run(ScriptedMethod& method,
                           const Replies& reply,
                           double max_error_rate = 0) {
    FakeChat chat([&reply, asked = std::map<std::string, int>()](const auto& request) mutable {
      const std::string& content = request.messages[0].content;
      return reply(content, asked[content]++);
    });
    const task::PromptTemplate prompt({{"user", "{{instruction}}/{{input}}"}}, {});
    const score::Extractor extract{std::vector<std::string>{}};
    const ContainsMetric metric;
    const data::Dataset dev{
        "dev", {{"0", {"yes"}, {}}, {"1", {"yes"}, {}}, {"2", {"yes"}, {}}, {"3", {"yes"}, {}}}};
    const task::Evaluator evaluator(chat, prompt, extract, metric, dev, 1);
    const SearchEvents events{
        [&](const report::Decision& decision) { decisions_.push_back(decision); },
        [](const SearchState&) {}};
    return run_search(method, {"a", "b", "c", "d"}, evaluator, {{2, 0, 3, 1}, {max_error_rate}, 4},
                      events, state_);
  }

  std::vector<report::Decision> decisions_;
  SearchState state_;
};

TEST_F(SearchLoopTest, EveryCandidateWalksThroughTheExamplesInOneOrder) {
  ScriptedMethod method({{query(0, 2), query(1, 1)}, {query(1, 3), query(0, 1)}});
  EXPECT_FALSE(run(method, [](const std::string&, int) { return said("yes"); }).has_value());
  EXPECT_THAT(decisions_[0].examples, ElementsAre(2, 0));
  EXPECT_THAT(decisions_[1].examples, ElementsAre(2));
  EXPECT_THAT(decisions_[2].examples, ElementsAre(0, 3, 1));
  EXPECT_THAT(decisions_[3].examples, ElementsAre(3));
  EXPECT_THAT(method.told[1][0].examples, ElementsAre(1, 2, 3));
}

TEST_F(SearchLoopTest, ARunWithoutAnyAnswerEndsWhateverErrorRateIsAllowed) {
  ScriptedMethod method({{query(0, 2), query(1, 2)}, {query(0, 1)}});
  const auto error = run(
      method, [](const std::string&, int) { return failed(ErrorKind::api); }, 1);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ErrorKind::incomplete);
  EXPECT_THAT(error->message, HasSubstr("None of the 4 examples"));
  EXPECT_FALSE(state_.recommended.has_value());
  EXPECT_TRUE(method.told.empty());
}

TEST_F(SearchLoopTest, ACandidateMayStandInARoundTwice) {
  ScriptedMethod method({{query(0, 1), query(0, 2)}});
  run(method, [](const std::string&, int) { return said("yes"); });
  EXPECT_THAT(decisions_[1].examples, ElementsAre(0, 3));
  EXPECT_EQ(decisions_[1].n, 3);
}

TEST_F(SearchLoopTest, APermanentFailureIsNotAskedAgain) {
  ScriptedMethod method({{query(0, 4)}});
  int asked = 0;
  run(method, [&](const std::string& content, int) {
    asked += content == "a/3";
    return content == "a/3" ? failed(ErrorKind::api) : said("yes");
  });
  EXPECT_EQ(asked, 1);
}

TEST_F(SearchLoopTest, ARefusedExampleIsNotAskedAgainForThatPromptAndAfterThreeForNone) {
  ScriptedMethod method({{query(0, 2)}, {query(0, 1), query(1, 2)}, {query(2, 2)}, {query(3, 2)}});
  std::map<std::string, int> asked;
  const auto error = run(
      method,
      [&](const std::string& content, int) {
        ++asked[content];
        llm::ChatReply reply = content.ends_with("/2") ? failed(ErrorKind::api) : said("yes");
        reply.refused = content.ends_with("/2");
        return reply;
      },
      0.05);
  EXPECT_FALSE(error.has_value());
  EXPECT_EQ(asked["a/2"], 1);
  EXPECT_EQ(asked["c/2"], 1);
  EXPECT_EQ(asked["d/2"], 0);  // three prompts were refused before
  EXPECT_THAT(method.told[3][0].examples, ElementsAre(1));
}

TEST_F(SearchLoopTest, AnAllowanceIsRoundedUpUnlessItIsNone) {
  EXPECT_EQ(Tolerance{0}.allowed(100), 0);
  EXPECT_EQ(Tolerance{0.05}.allowed(4), 1);
  EXPECT_EQ(Tolerance{0.05}.allowed(20), 1);
  EXPECT_EQ(Tolerance{0.05}.allowed(21), 2);
  EXPECT_EQ(Tolerance{1}.allowed(7), 7);
}

TEST_F(SearchLoopTest, TooManyOpenExamplesAreNamedWithReasonAndSetting) {
  const data::Dataset dev{"dev", {{"How long?", {"yes"}, {}}, {"And this?", {"yes"}, {}}}};
  task::Answer answer;
  answer.example = 1;
  answer.refused = true;
  answer.error = {ErrorKind::api, "too long."};
  const task::Answer other = answer;
  const std::vector<task::Answer> answers{answer, other};
  const auto error = Tolerance{0.05, "zopo optimize --resume R"}.check(std::span(answers),
                                                                       "prompt 1", {"dev", &dev});
  ASSERT_TRUE(error.has_value());
  for (const char* const part : {"dev example 1 (\"And this?\")", "too long.",
                                 "zopo optimize --resume R --set evaluation.max_error_rate=1.00"})
    EXPECT_THAT(error->message, HasSubstr(part));
}

TEST_F(SearchLoopTest, APromptMaySilenceTheModelLater) {
  ScriptedMethod method({{query(0, 2)}, {query(1, 2)}});
  const auto error = run(method, [](const std::string& content, int) {
    return content.starts_with("b") ? cut() : said("yes");
  });
  EXPECT_FALSE(error.has_value());
  EXPECT_THAT(method.told[1][0].scores, ElementsAre(0, 0));
}

TEST_F(SearchLoopTest, AnIncompleteRoundNeverReachesTheMethod) {
  ScriptedMethod method({{query(1, 1)}, {query(0, 4)}});
  const auto error = run(method, [](const std::string& content, int) {
    return content == "a/3" ? failed(ErrorKind::api) : said("yes");
  });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ErrorKind::incomplete);
  EXPECT_THAT(error->message, HasSubstr("candidate 0: 1 of 4 examples"));
  EXPECT_EQ(method.told.size(), 1u);
  EXPECT_EQ(state_.recommended->id, 1);
  EXPECT_EQ(state_.rounds, 1);
}

TEST_F(SearchLoopTest, AllowedErrorsLeaveTheirExamplesOpen) {
  ScriptedMethod method({{query(0, 4)}});
  const auto error = run(
      method,
      [](const std::string& content, int) {
        return content == "a/3" ? failed(ErrorKind::api) : said("yes");
      },
      0.25);
  EXPECT_FALSE(error.has_value());
  EXPECT_THAT(method.told[0][0].examples, ElementsAre(0, 1, 3));  // position 2 is example 3
}

TEST_F(SearchLoopTest, AnOpenExampleIsAskedAgainWithTheNextQueryAndShiftsNone) {
  ScriptedMethod method({{query(0, 2)}, {query(0, 1)}, {query(0, 1)}});
  const auto error = run(
      method,
      [](const std::string& content, int before) {
        return content == "a/2" && before < 1 ? failed(ErrorKind::api) : said("yes");
      },
      0.25);
  EXPECT_FALSE(error.has_value());
  EXPECT_THAT(method.told[0][0].examples, ElementsAre(1));
  EXPECT_THAT(method.told[1][0].examples, ElementsAre(0, 2));
  EXPECT_THAT(method.told[2][0].examples, ElementsAre(3));
  EXPECT_EQ(decisions_[2].n, 4);
  EXPECT_EQ(state_.board.at(0).size(), 4u);
}

TEST_F(SearchLoopTest, ToleratedErrorsAreCountedOverAllRoundsOfACandidate) {
  ScriptedMethod method({{query(0, 2), query(1, 2)}, {query(0, 2)}});
  const auto error = run(
      method,
      [](const std::string& content, int) {
        return content == "a/2" || content == "a/3" ? failed(ErrorKind::api) : said("yes");
      },
      0.25);
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->message, HasSubstr("candidate 0: 2 of 4 examples"));
  EXPECT_EQ(method.told.size(), 1u);
}

TEST_F(SearchLoopTest, WhatWouldMeetEveryRequestStopsAtOnce) {
  for (const ErrorKind kind :
       {ErrorKind::auth, ErrorKind::refused, ErrorKind::network, ErrorKind::budget,
        ErrorKind::offline, ErrorKind::interrupted, ErrorKind::config}) {
    ScriptedMethod method({{query(0, 2)}});
    const auto error = run(
        method,
        [&](const std::string& content, int) {
          return failed(content == "a/0" ? kind : ErrorKind::api);
        },
        1.0);
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind, kind);
    EXPECT_TRUE(method.told.empty());
  }
}

}  // namespace
}  // namespace zopo::run
