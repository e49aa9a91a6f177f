#include "zopo/write/facts.h"

#include <gmock/gmock.h>

#include <string_view>

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
  EXPECT_EQ(facts_of(examples_of({{"a", "$12"}, {"b", "-3 %"}})).output_form, "a number");
  EXPECT_EQ(facts_of(examples_of({{"a", "12 km"}, {"b", "3 km"}})).output_form, "one line");
  EXPECT_EQ(facts_of(examples_of({{"a", "12-13"}, {"b", "1.2.3"}})).output_form, "one word");
  EXPECT_EQ(facts_of(examples_of({{"a", "{}"}, {"b", "[1]"}})).output_form, "JSON");
  EXPECT_EQ(facts_of(examples_of({{"a", "cat"}, {"b", "dog"}})).output_form, "one word");
  EXPECT_EQ(facts_of(examples_of({{"a", "a cat"}, {"b", "dog"}})).output_form, "one line");
  EXPECT_EQ(facts_of(examples_of({{"a", "a\ncat"}, {"b", "dog"}})).output_form, "");
  EXPECT_EQ(said_form(facts_of(examples_of({{"a", "12"}, {"b", "3"}}))),
            "Answer with a number and nothing else.");
}

TEST(TaskFacts, OutputsOfWhichManyCameOnceAreAnOpenSet) {
  // The second letter of a word: five of ten letters came once, so there are others.
  const TaskFacts facts = facts_of(examples_of({{"tree", "r"},
                                                {"grow", "r"},
                                                {"free", "r"},
                                                {"pen", "e"},
                                                {"hen", "e"},
                                                {"bird", "i"},
                                                {"pin", "i"},
                                                {"play", "l"},
                                                {"club", "l"},
                                                {"cow", "o"},
                                                {"fog", "o"},
                                                {"sky", "k"},
                                                {"snow", "n"},
                                                {"spy", "p"}}));
  EXPECT_THAT(facts.labels, IsEmpty());
  EXPECT_EQ(said_form(facts), "Answer with one letter and nothing else.");
}

TEST(TaskFacts, ChoicesThatTheInputListsAreSaid) {
  const std::string form = "one of the choices that the input lists";
  EXPECT_EQ(facts_of(examples_of({{"Who?\nChoices: unclear | The cook", "The cook"},
                                  {"Who?\nChoices: unclear | Ann", "unclear"},
                                  {"Who?\nChoices: unclear | Bob", "bob"},
                                  {"Who?\nChoices: unclear | Eve", "Eve"}}))
                .output_form,
            form);
  EXPECT_EQ(facts_of(examples_of({{"Who?\n(A) the cook\n(B) Ann", "Ann"},
                                  {"Who?\n- Bob\n- Eve", "Bob"},
                                  {"Who?\n1. a dog\n2. a cow", "a cow"},
                                  {"Who?\nb) a fly\nc) an ant", "an ant"}}))
                .output_form,
            form);
  EXPECT_EQ(facts_of(examples_of({{"The cook | Ann", "Zoe Fox"},
                                  {"Bob | Eve", "Bob"},
                                  {"a | b c", "b c"},
                                  {"x y | z", "x y"}}))
                .output_form,
            "one line");
}

TEST(TaskFacts, OutputsThatStandInTheirInputsAreCopied) {
  data::Dataset train;
  for (const char letter : std::string_view("ABCDEFGH")) {
    const std::string name = std::string("Ann ") + letter + "oe";
    train.examples.push_back({"Yesterday " + name + " came.", {name}, {}});
  }
  EXPECT_EQ(facts_of(train).output_form, "words copied from the input");
  for (data::Example& example : train.examples) example.references = {"Ann"};
  train.examples.front().references = {"Yesterday"};
  train.examples.back().references = {"came"};
  train.examples[1].references = {"Boe"};
  EXPECT_EQ(facts_of(train).output_form, "one word copied from the input");
  train.examples[1].references = {"oe"};  // a part of a word
  EXPECT_EQ(facts_of(train).output_form, "one word");
  train.examples.back().references = {"Eve Zoe"};
  EXPECT_EQ(facts_of(train).output_form, "one line");
}

TEST(TaskFacts, ASentenceIsMoreThanALine) {
  EXPECT_EQ(facts_of(examples_of({{"a", "He came."}, {"b", "Did she go?"}})).output_form,
            "one sentence");
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
