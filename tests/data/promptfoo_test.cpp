#include "data/promptfoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset_layout.h"
#include "data/yaml.h"
#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"

namespace zopo::data {
namespace {

using nlohmann::json;
using test::FailsWith;
using test::failure_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::vector<Example> from_yaml(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(yaml_records(text, "t.yaml"), "t.yaml", fields).examples;
}

std::vector<Example> from_csv(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(csv_records(text, "t.csv"), "t.csv", fields).examples;
}

TEST(Yaml, ScalarsStayAsTheyAreWritten) {
  EXPECT_EQ(
      parse_yaml("a: 007\nb: 'x: y'\nc: [yes, ~, 1.50]\nd: |\n  two\n  lines\n", "y"),
      json({{"a", "007"}, {"b", "x: y"}, {"c", {"yes", nullptr, "1.50"}}, {"d", "two\nlines\n"}}));
}

TEST(Yaml, WrongDocumentsNameThePlace) {
  const struct {
    std::string text, expected;
  } cases[] = {{"a: [1\nb: 2\n", "y:"},
               {"a: 1\na: 2\n", "y:2:1: the key \"a\" stands twice"},
               {"[1, 2]: 3\n", "a key that is no text"},
               {"a: *b\n", "no YAML"},
               {"a: \xff\n", "not valid UTF-8"},
               {std::string(200, '[') + std::string(200, ']'), "deeper than a hundred levels"}};
  for (const auto& wrong : cases)
    EXPECT_THAT(failure_of([&] { parse_yaml(wrong.text, "y"); }),
                FailsWith(ErrorKind::data, HasSubstr(wrong.expected)))
        << wrong.text;
}

TEST(Yaml, AliasesCannotBlowUp) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string one = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + one + ", " + one + "]\n";
  }
  EXPECT_THAT(failure_of([&] { parse_yaml(text, "y"); }),
              FailsWith(ErrorKind::data, HasSubstr("more than a million")));
}

TEST(Promptfoo, TestCasesAreExamples) {
  const auto examples = from_yaml(R"(
tests:
  - vars: {question: "Capital of France?", tone: dry}
    assert: [{type: equals, value: Paris}]
  - description: second
    vars:
      question: Colour of snow?
      tone: wet
    assert:
      - type: equals
        value: white
)");
  ASSERT_EQ(examples.size(), 2u);
  EXPECT_EQ(examples[0].input, "Capital of France?");
  EXPECT_THAT(examples[0].references, ElementsAre("Paris"));
  EXPECT_THAT(examples[0].fields, ElementsAre(Pair("tone", "dry")));
  EXPECT_THAT(examples[1].references, ElementsAre("white"));
}

TEST(Promptfoo, TheOnlyVariableIsTheInput) {
  const auto examples =
      from_yaml("- vars: {word: cat}\n  assert: [{type: icontains-any, value: [cats, kitties]}]\n");
  EXPECT_EQ(examples[0].input, "cat");
  EXPECT_THAT(examples[0].references, ElementsAre("cats", "kitties"));
}

TEST(Promptfoo, RowsOfCsvHaveTheirTypeBeforeTheValue) {
  const auto equal = from_csv("word,__description,__expected\ncat,x,cats\ndog,y,equals:dogs: 2\n");
  EXPECT_EQ(equal[0].input, "cat");
  EXPECT_THAT(equal[0].references, ElementsAre("cats"));
  EXPECT_TRUE(equal[0].fields.empty());
  EXPECT_THAT(equal[1].references, ElementsAre("dogs: 2"));
  const auto any = from_csv("a,b,__expected\n1,2,\"contains-any:x, y\"\n", FieldMap{"a", {}});
  EXPECT_THAT(any[0].references, ElementsAre("x", "y"));
  EXPECT_THAT(from_csv("q,__expected\n1,Answer: B\n")[0].references, ElementsAre("Answer: B"));
}

TEST(Promptfoo, WhatAReferenceCannotSayIsRefused) {
  const struct {
    const char *rows, *expected;
  } cases[] = {
      {"a,__expected\n1,llm-rubric:is nice\n", "t.csv:2: the assertion \"llm-rubric\""},
      {"a,__expected\n1,not-equals:x\n", "\"not-equals\""},
      {"a,__expected1,__expected,__expected2\n1,x,y,z\n", "several assertions must all hold"},
      {"a,__expected\n1,x\n2,icontains:y\n", "t.csv:3: \"icontains\" beside \"equals\""}};
  for (const auto& wrong : cases)
    EXPECT_THAT(failure_of([&] { from_csv(wrong.rows); }),
                FailsWith(ErrorKind::data, HasSubstr(wrong.expected)));
  EXPECT_THAT(failure_of([] { from_yaml("- vars: {a: 1}\n  assert: []\n"); }),
              FailsWith(ErrorKind::data, HasSubstr("expected one \"assert\"")));
  EXPECT_THAT(failure_of([] { from_yaml("tests: file://t.csv\n"); }),
              FailsWith(ErrorKind::data, HasSubstr("name that one")));
}

TEST(Promptfoo, FilesAreKnownByTheirExtension) {
  const test::TempDir dir;
  dir.write("t.yml", "- vars: {a: x}\n  assert: [{type: equals, value: y}]\n");
  EXPECT_EQ(load_dataset(dir / "t.yml", {}).examples[0].input, "x");
}

}  // namespace
}  // namespace zopo::data
