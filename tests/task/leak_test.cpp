#include "zopo/task/leak.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zopo::task {
namespace {

data::Dataset dataset(const std::vector<std::vector<std::string>>& references) {
  data::Dataset made{"dev", {}};
  for (const auto& accepted : references) made.examples.push_back({"input", accepted, {}});
  return made;
}

TEST(Leak, AnswersStandInThePromptAsWholeWords) {
  const LeakCheck check(dataset({{"cats"}, {"San José", "SJ"}, {"mice"}}), "dev");
  EXPECT_EQ(check.count("Write the plural."), 0u);
  EXPECT_EQ(check.count("Say \"Cats\" for cat."), 1u);
  EXPECT_EQ(check.count("concatscats"), 0u);
  EXPECT_EQ(check.count("cats, mice, cats"), 2u);
  EXPECT_EQ(check.count("The answer may be SAN  JOSÉ!"), 1u);
  EXPECT_EQ(check.count("San Francisco José"), 0u);
}

TEST(Leak, LabelsAndSingleLettersGiveNothingAway) {
  const LeakCheck check(dataset({{"positive"}, {"positive"}, {"negative"}, {"negative"}, {"B"}}),
                        "dev");
  EXPECT_EQ(check.count("Say positive or negative, or B."), 0u);
}

TEST(Leak, TheSentenceNamesTheSideAndAnAnswer) {
  const LeakCheck check(dataset({{"forty two"}, {"elephants"}}), "test");
  EXPECT_FALSE(check("Nothing here.").has_value());
  EXPECT_THAT(
      *check("Elephants are forty two."),
      testing::AllOf(testing::HasSubstr("2 test example(s)"), testing::HasSubstr("\"elephants\"")));
}

TEST(Leak, TakesAnyBytes) {
  const LeakCheck check(dataset({{"\xff\xfe\xfd"}, {""}}), "dev");
  EXPECT_EQ(check.count(""), 0u);
  EXPECT_EQ(check.count(std::string("\0\xff", 2)), 0u);
}

}  // namespace
}  // namespace zopo::task
