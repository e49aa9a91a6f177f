#include "zopo/score/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/failure.h"

namespace zopo::score {
namespace {

using nlohmann::json;
using test::FailsWith;
using test::failure_of;
using testing::AllOf;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

const Texts kDefault = {"case", "punctuation", "whitespace"};

double score(const char* metric, const json& options, const char* answer, const Texts& references) {
  return make_metric(metric, kDefault, options)->score(answer, references);
}

struct MetricCase {
  const char* answer;
  const char* reference;
  double score;
};

template <std::size_t n>
void expect_scores(const char* metric, const json& options, const MetricCase (&rows)[n]) {
  const auto made = make_metric(metric, kDefault, options);
  for (const MetricCase& row : rows) {
    EXPECT_EQ(made->score(row.answer, Texts{row.reference}), row.score)
        << metric << ": \"" << row.answer << "\" against \"" << row.reference << "\"";
  }
}

const MetricCase kNumeric[] = {
    {"42", "42", 1},
    {"42.0", "42", 1},
    {"42.5", "42", 0},
    {"1,234", "1234", 1},
    {"$1,234.50", "1234.5", 1},
    {"about 5 kg", "5", 1},
    {"-5", "5", 0},
    {"50%", "50", 1},
    {"3,5", "3.5", 1},
    {"35", "3.5", 0},
    {"1 or 2", "1", 0},
    {"none", "1", 0},
    {"", "0", 0},
    {"1e3", "1000", 1},
    {"0.1", "0.10", 1},
    {"\u22125", "-5", 1},
    {"1e999", "1e999", 0},
    {"NaN", "0", 0},
    {"The answer is 7.", "$7", 1},
};

// All but command, whose scores are the user's program's (command_metric_test.cpp).
std::vector<std::string> own_metrics() {
  std::vector<std::string> names = known_metrics();
  std::erase(names, "command");
  return names;
}

TEST(Metric, NumericComparesTheOneNumberOfEachSide) { expect_scores("numeric", {}, kNumeric); }

TEST(Metric, NumericTakesATolerance) {
  EXPECT_EQ(score("numeric", {{"tolerance", 0.5}}, "10.5", {"10"}), 1);
  EXPECT_EQ(score("numeric", {{"tolerance", 0.5}}, "10.6", {"10"}), 0);
  EXPECT_EQ(score("numeric", {{"relative", 0.01}}, "-101", {"-100"}), 1);
  EXPECT_EQ(score("numeric", {{"relative", 0.01}}, "102", {"100"}), 0);
  EXPECT_EQ(score("numeric", {{"relative", 0.01}, {"tolerance", 2}}, "102", {"100"}), 1);
}

const MetricCase kChoices[] = {
    {"B", "B", 1},
    {"b", "B", 1},
    {"(B)", "B", 1},
    {"B)", "B", 1},
    {"B.", "B", 1},
    {" B\n", "B", 1},
    {"[B]", "B", 1},
    {"**B**", "B", 1},
    {"\"B\"", "B", 1},
    {"$\\boxed{B}$", "B", 1},
    {"\\boxed{\\text{B}}", "B", 1},
    {"B", "(B)", 1},
    {"Answer: B", "B", 1},
    {"answer: b", "B", 1},
    {"Answer: (b)", "B", 1},
    {"The answer is B", "B", 1},
    {"The answer is (B).", "B", 1},
    {"The correct answer is **B**.", "B", 1},
    {"The answer is option B, because A is wrong.", "B", 1},
    {"The answer is B because the rest is not.", "B", 1},
    {"The answer should be: B", "B", 1},
    {"Final answer:\n\nB", "B", 1},
    {"Option B is correct", "B", 1},
    {"I choose B", "B", 1},
    {"I think it is B.", "B", 1},
    {"B) Paris", "B", 1},
    {"B. Paris", "B", 1},
    {"(B) Paris", "B", 1},
    {"B: Paris", "B", 1},
    {"B - Paris", "B", 1},
    {"B, clearly", "B", 1},
    {"B\nbecause it fits", "B", 1},
    {"b) Paris", "B", 1},
    {"Paris (B)", "B", 1},
    {"It must be (B), a fine choice", "B", 1},
    {"First I thought the answer is A. But the answer is B.", "B", 1},
    {"First I thought the answer is A. But the answer is B.", "A", 0},
    {"A", "B", 0},
    {"A or B", "B", 0},
    {"(A) and (B)", "B", 0},
    {"A) Rome\nB) Paris\nC) Bonn", "A", 0},
    {"Paris", "B", 0},
    {"", "B", 0},
    {"A dog is an animal", "A", 0},
    {"I think so", "I", 0},
    {"A", "A", 1},
    {"The answer is A.", "A", 1},
    {"Bonn", "B", 0},
    {"B2", "B", 0},
    {"the answer is a dog", "A", 0},
    {"Answer: Bonn", "B", 0},
    {"Not A but B", "B", 0},
};

TEST(Metric, MultipleChoiceFindsTheLetter) { expect_scores("multiple_choice", {}, kChoices); }

const MetricCase kWords[] = {
    {"yes", "yes", 1},
    {"Yes.", "yes", 1},
    {"Yes, it is", "yes", 1},
    {"no", "yes", 0},
    {"The answer is yes", "yes", 1},
    {"yes or no", "yes", 0},
    {"maybe", "yes", 0},
    {"nothing", "no", 0},
    {"Answer: **No**", "no", 1},
};

TEST(Metric, MultipleChoiceTakesOtherChoices) {
  expect_scores("multiple_choice", {{"choices", {"yes", "no"}}}, kWords);
  EXPECT_EQ(score("multiple_choice", {{"choices", {"1", "10"}}}, "10", {"10"}), 1);
  EXPECT_EQ(score("multiple_choice", {{"choices", {"1", "10"}}}, "10", {"1"}), 0);
}

const MetricCase kRegex[] = {
    {"colour", "colou?r", 1},
    {"my color is", "colou?r", 1},
    {"Colour", "colou?r", 0},
    {"Colour", "(?i)colou?r", 1},
    {"", "^$", 1},
    {"3.5", "^\\d+\\.\\d+$", 1},
    {"x", "y", 0},
};

TEST(Metric, RegexReferencesMatchAnywhere) {
  expect_scores("regex", {}, kRegex);
  EXPECT_EQ(score("regex", {{"full", true}}, "my color", {"colou?r"}), 0);
  EXPECT_EQ(score("regex", {{"full", true}}, "color", {"colou?r"}), 1);
}

const MetricCase kJson[] = {
    {"{\"a\": 1, \"b\": [true, null]}", "{\"b\":[true,null],\"a\":1.0}", 1},
    {"{\"a\": 1}", "{\"a\": 2}", 0},
    {"[1, 2]", "[2, 1]", 0},
    {"```json\n{\"a\": 1}\n```", "{\"a\": 1}", 1},
    {"Result: {\"a\": 1}", "{\"a\": 1}", 1},
    {"\"x\"", "\"x\"", 1},
    {"x", "\"x\"", 0},
    {"1e2", "100", 1},
    {"{\"a\": 1,}", "{\"a\": 1}", 0},
    {"{\"a\": \"\\u00e9\"}", "{\"a\": \"é\"}", 1},
    {"", "{}", 0},
};

TEST(Metric, JsonComparesValues) { expect_scores("json", {}, kJson); }

TEST(Metric, TheBestReferenceCounts) {
  EXPECT_EQ(score("exact_match", {}, "dog", {"cat", "Dog."}), 1);
  EXPECT_EQ(score("numeric", {}, "2", {"1", "2"}), 1);
  EXPECT_EQ(score("f1", {}, "red dog", {"cat", "dog", "blue dog"}), 2.0 / 3);
  for (const std::string& metric : own_metrics()) {
    EXPECT_EQ(score(metric.c_str(), {}, "x", {}), 0);
  }
}

TEST(Metric, OnlyF1IsNotBinary) {
  for (const std::string& metric : own_metrics()) {
    EXPECT_EQ(make_metric(metric, kDefault, {})->is_binary(), metric != "f1") << metric;
  }
}

TEST(Metric, UnknownNamesAndOptionsAreRefusedWithTheNearest) {
  const auto failure = [](const char* metric, const json& options) {
    return failure_of([&] { make_metric(metric, kDefault, options); });
  };
  EXPECT_THAT(failure("exact-match", {}),
              FailsWith(ErrorKind::config, HasSubstr("mean \"exact_match\"?")));
  EXPECT_THAT(failure("numeric", {{"tolerence", 1}}),
              FailsWith(ErrorKind::config, HasSubstr("mean \"tolerance\"?")));
  EXPECT_THAT(failure("f1", {{"tolerance", 1}}),
              FailsWith(ErrorKind::config, HasSubstr("It has none.")));
  EXPECT_THAT(failure("numeric", {{"tolerance", "1"}}),
              FailsWith(ErrorKind::config, AllOf(HasSubstr("\"1\""), HasSubstr("a number"))));
  EXPECT_THAT(failure("numeric", {{"relative", -1}}),
              FailsWith(ErrorKind::config, HasSubstr("-1")));
  EXPECT_THAT(failure("regex", {{"full", 1}}), FailsWith(ErrorKind::config, HasSubstr("true")));
  for (const json& choices :
       {json("AB"), json({"A"}), json({"A", "A"}), json({"A", ""}), json({1, 2})}) {
    EXPECT_THAT(failure("multiple_choice", {{"choices", choices}}),
                FailsWith(ErrorKind::config, HasSubstr("choices")));
  }
  EXPECT_THAT(failure("json", json::array()), FailsWith(ErrorKind::config, HasSubstr("no object")));
}

TEST(Metric, ReferencesThatNoAnswerCouldMeetAreRefused) {
  const auto failure = [](const char* metric, const char* reference) {
    return failure_of([&] { make_metric(metric, kDefault, {})->check(Texts{reference}); });
  };
  EXPECT_THAT(failure("numeric", "many"), FailsWith(ErrorKind::data, HasSubstr("\"many\"")));
  EXPECT_THAT(failure("json", "{"), FailsWith(ErrorKind::data, HasSubstr("\"{\"")));
  EXPECT_THAT(failure("regex", "("), FailsWith(ErrorKind::data, HasSubstr("missing )")));
  EXPECT_THAT(failure("multiple_choice", "Paris"),
              FailsWith(ErrorKind::data, HasSubstr("A, B, C")));
  EXPECT_FALSE(failure("exact_match", "anything"));
  EXPECT_FALSE(failure("numeric", "$5"));
}

TEST(Metric, HostileAnswersScoreWithinTheRange) {
  std::string marks = "e";
  while (marks.size() < 1'000'000) marks += "\u0301\u0316";
  std::string words, answers;
  while (words.size() < 1'000'000) words += "A B ";
  while (answers.size() < 1'000'000) answers += "answer: (";
  const std::string hostile[] = {"\xff\xfe B",
                                 std::string(1'000'000, '{'),
                                 std::string("\0B\0", 3),
                                 std::string(10'000, '[') + std::string(10'000, ']'),
                                 marks,
                                 words,
                                 answers,
                                 std::string(1'000'000, '1'),
                                 "\x1b[31mB\x07"};
  for (const std::string& metric : own_metrics()) {
    const auto made = make_metric(metric, conventional_normalization(metric), {});
    for (const std::string& answer : hostile) {
      const double value = made->score(answer, Texts{"1"});
      EXPECT_TRUE(value >= 0 && value <= 1) << metric;
    }
  }
}

TEST(ExactMatch, SignsAreContent) {
  const auto metric =
      make_metric("exact_match", conventional_normalization("exact_match"), nullptr);
  const auto score = [&](const char* answer, const char* reference) {
    return metric->score(answer, std::vector<std::string>{reference});
  };
  const char* const different[][2] = {{") ] ]", "] ) ]"}, {"-", "+"},     {">", "<"},
                                      {"C++", "C#"},      {":(", ":)"},   {"?", "!"},
                                      {"C++", "C"},       {"x-1", "x+1"}, {"a < b", "a > b"}};
  for (const auto& [answer, reference] : different)
    EXPECT_EQ(score(answer, reference), 0) << answer << " for " << reference;
  const char* const same[][2] = {{"] ) ]", "] ) ]"},   {"C#.", "c#"},          {"**C++**", "C++"},
                                 {"> Paris", "Paris"}, {"## Paris.", "Paris"}, {"+5", "5"},
                                 {" + ", "+"}};
  for (const auto& [answer, reference] : same)
    EXPECT_EQ(score(answer, reference), 1) << answer << " for " << reference;
}

TEST(Contains, AReferenceOfSignsIsLookedForAsItStands) {
  const auto metric = make_metric("contains", conventional_normalization("contains"), nullptr);
  EXPECT_EQ(metric->score("no idea", std::vector<std::string>{"] ) ]"}), 0);
  EXPECT_EQ(metric->score("it is ] ) ] then", std::vector<std::string>{"] ) ]"}), 1);
}

}  // namespace
}  // namespace zopo::score
