// The metric that lets the assertions of promptfoo's test cases decide.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "zopo/data/dataset.h"
#include "zopo/score/metric.h"

namespace zopo::score {
namespace {

Result<double> decided(const data::Example& example, std::string_view answer) {
  const Metric::Case one{answer, answer, &example};
  return make_metric("promptfoo", {}, nullptr)->score_all(std::span(&one, 1)).at(0).score;
}

TEST(PromptfooMetric, ScoresOneWhereTheTestCasePasses) {
  data::Example example{"q", {"Paris"}, {}};
  example.assertions = R"({"assert": [{"type": "contains", "value": "Paris"}]})";
  EXPECT_EQ(*decided(example, "It is Paris."), 1);
  EXPECT_EQ(*decided(example, "It is Rome."), 0);
}

TEST(PromptfooMetric, AnExampleWithoutAssertionsIsAnErrorAndNoZero) {
  data::Example example{"q", {"Paris"}, {}};
  example.where = "d:3";
  const Result<double> score = decided(example, "Paris");
  ASSERT_FALSE(score);
  EXPECT_EQ(score.error().message, "d:3: no test case of promptfoo");
}

}  // namespace
}  // namespace zopo::score
