#include "zopo/data/output_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zopo::data {
namespace {

using testing::ElementsAre;
using Kind = OutputForm::Kind;

OutputForm form_of(const std::vector<std::string>& outputs) {
  Dataset dataset;
  for (const std::string& output : outputs)
    dataset.examples.push_back({"q", {output, "other"}, {}});
  return output_form(dataset);
}

TEST(OutputForm, FewTextsThatRecurAreLabels) {
  const OutputForm form = form_of({"yes", "no", "yes", "yes"});
  EXPECT_EQ(form.kind, Kind::labels);
  EXPECT_EQ(describe(form), "one of 2 labels: no (1), yes (3)");
  EXPECT_EQ(describe(form_of({"1", "2", "2", "1"})), "one of 2 labels: 1 (2), 2 (2)");
  EXPECT_EQ(describe(form_of({"A", "C", "B"})), "one of 3 labels: A (1), B (1), C (1)");
  EXPECT_EQ(describe(form_of({"a", "a"})), "always a (2)");
}

TEST(OutputForm, WhatHardlyRecursIsNoLabel) {
  EXPECT_EQ(form_of({"cats", "dogs", "cats"}).kind, Kind::text);
  EXPECT_EQ(form_of({std::string(61, 'x'), std::string(61, 'x')}).kind, Kind::text);
  EXPECT_EQ(form_of({"a\nb", "a\nb"}).kind, Kind::text);
}

TEST(OutputForm, NumbersMayHaveUnits) {
  EXPECT_EQ(describe(form_of({"1,200", "-3", "7 km"})), "whole numbers");
  EXPECT_EQ(describe(form_of({"$1.50", "3 %", "7"})), "numbers");
  EXPECT_EQ(form_of({"7 days later", "3", "4"}).kind, Kind::text);
  EXPECT_EQ(form_of({"1 or 2", "3", "4"}).kind, Kind::text);
}

TEST(OutputForm, NumbersAreBareWithoutUnits) {
  EXPECT_TRUE(form_of({"1,200", "-3.5", "$7", "8 %"}).are_bare_numbers);
  EXPECT_TRUE(form_of({"1", "2", "1", "2"}).are_bare_numbers);  // labels, too
  for (const char* text : {"7 km", "7 \u043a\u043c", "1-2", "1.2.3", "seven", ""})
    EXPECT_FALSE(is_bare_number(text)) << text;
}

TEST(OutputForm, DistinctTextsAreCountedWhateverTheKind) {
  const OutputForm form = form_of({"cats", "dogs", "cats"});
  EXPECT_EQ(form.kind, Kind::text);
  ASSERT_EQ(form.distinct.size(), 2u);
  EXPECT_EQ(form.distinct[0].text, "cats");
  EXPECT_EQ(form.distinct[0].count, 2u);
  EXPECT_TRUE(form_of({"a\nb", "c"}).distinct.empty());
}

TEST(OutputForm, JsonNamesTheMembersThatAllHave) {
  EXPECT_EQ(describe(form_of({R"({"a": 1, "b": 2})", R"({"c": 1, "a": 2})"})),
            "JSON objects with a");
  EXPECT_EQ(describe(form_of({"[1]", "[2]", "[1]", "[2]"})), "JSON");
  EXPECT_EQ(form_of({R"({"a": 1})", "a"}).kind, Kind::text);
  EXPECT_EQ(form_of({R"({"a": 1} is it)", R"({"a": 2} and b})"}).kind, Kind::text);
}

TEST(OutputForm, TextsHaveTheirLengths) {
  const OutputForm one = form_of({"cats", "dogs", "mice"});
  EXPECT_EQ(one.words(), 1u);
  EXPECT_EQ(describe(one), "text of 1 word");
  const OutputForm some = form_of({"a b", " a \n b c", "d"});
  EXPECT_EQ(some.words(), std::nullopt);
  EXPECT_EQ(describe(some), "text of 1 to 3 words in up to 2 lines");
  EXPECT_EQ(describe(form_of({})), "nothing");
}

TEST(OutputForm, NamesThatEndInANumberAreNoNumbers) {
  Dataset dataset{"d", {}};
  for (const char* text : {"a1", "b2", "q30"}) dataset.examples.push_back({"i", {text}, {}});
  EXPECT_EQ(output_form(dataset).kind, OutputForm::Kind::text);
}

}  // namespace
}  // namespace zopo::data
