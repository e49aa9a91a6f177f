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

data::Dataset pairs() {
  return {"dev",
          {{"cat", {"cats"}, {}},
           {"a", {"b"}, {}},
           {"San José is nice, isn't it", {"positive", "good"}, {}},
           {"John lives in Paris", {"Paris"}, {}}}};
}

TEST(Pairs, AnInputWithItsAnswerGivesItAway) {
  const PairCheck gives_away(pairs());
  for (const char* prompt :
       {"Write the plural: cat -> cats.", "Cats is what one says for \"CAT\".", "cats cat",
        "For \"San José is nice, isn't it?\" say Good.", "San José is nice, isn't it positive",
        "John lives in Paris: the answer is Paris."})
    EXPECT_TRUE(gives_away(prompt)) << prompt;
  for (const char* prompt : {"", " ", "Write the plural.", "Add an s: cats.",
                             "The word cat is an input.", "concat cats", "Say positive or good.",
                             "Answer a with b.", "John lives in Paris", "San José is nice: good"})
    EXPECT_FALSE(gives_away(prompt)) << prompt;
}

TEST(Pairs, TakeAnyBytes) {
  const PairCheck gives_away({"dev", {{"\xff\xfe\xfd", {"\xff"}, {}}, {"", {""}, {}}}});
  EXPECT_FALSE(gives_away(""));
  EXPECT_FALSE(gives_away(std::string("\0\xff", 2)));
}

TEST(Leak, TakesAnyBytes) {
  const LeakCheck check(dataset({{"\xff\xfe\xfd"}, {""}}), "dev");
  EXPECT_EQ(check.count(""), 0u);
  EXPECT_EQ(check.count(std::string("\0\xff", 2)), 0u);
}

}  // namespace
}  // namespace zopo::task
