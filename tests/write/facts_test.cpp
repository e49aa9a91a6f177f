#include "zopo/write/facts.h"

#include <gmock/gmock.h>

#include "tests/write/examples.h"

namespace zopo::write {
namespace {

using test::examples_of;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(TaskFacts, FewOutputsThatComeAgainAreLabels) {
  const TaskFacts facts = facts_of(test::messages());
  EXPECT_THAT(facts.labels, ElementsAre("billing", "shipping"));
  EXPECT_EQ(said_form(facts), "Answer with one of: billing, shipping.");
}

TEST(TaskFacts, OutputsThatDifferAreNone) {
  EXPECT_THAT(facts_of(examples_of({{"a", "x"}, {"b", "y"}, {"c", "z"}})).labels, IsEmpty());
  EXPECT_THAT(facts_of(examples_of({{"a", "x"}, {"b", "x"}})).labels, IsEmpty());
}

TEST(TaskFacts, TheFormOfAllOutputsIsSaid) {
  EXPECT_EQ(facts_of(examples_of({{"a", "12"}, {"b", "3.5"}})).output_form, "a number");
  EXPECT_EQ(facts_of(examples_of({{"a", "{}"}, {"b", "[1]"}})).output_form, "JSON");
  EXPECT_EQ(facts_of(examples_of({{"a", "cat"}, {"b", "dog"}})).output_form, "one word");
  EXPECT_EQ(facts_of(examples_of({{"a", "a cat"}, {"b", "dog"}})).output_form, "one line");
  EXPECT_EQ(facts_of(examples_of({{"a", "a\ncat"}, {"b", "dog"}})).output_form, "");
  EXPECT_EQ(said_form(facts_of(examples_of({{"a", "12"}, {"b", "3"}}))),
            "Answer with a number and nothing else.");
}

TEST(TaskFacts, LabelsAreFoundAsWholeWordsCaseAside) {
  const std::vector<std::string> labels = {"billing", "not spam", "tech"};
  EXPECT_EQ(labels_named(labels, "Say Billing or Not Spam; be technical."), 2u);
  EXPECT_EQ(labels_named({"+", "-"}, "Answer + or -"), 2u);
}

TEST(TaskFacts, LabelsThatAreNumbersNeedNotBeNamed) {
  EXPECT_FALSE(are_words({"1", "2", "3"}));
  EXPECT_TRUE(are_words({"good", "bad"}));
}

}  // namespace
}  // namespace zopo::write
