#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "data/dataset_layout.h"
#include "data/promptfoo/test_cases.h"
#include "data/yaml.h"
#include "tests/data/examples_of.h"
#include "tests/support/failure.h"
#include "tests/support/table.h"
#include "tests/support/temp_dir.h"
#include "zopo/base/file.h"
#include "zopo/data/promptfoo_assertions.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::vector<Example> from_yaml(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(yaml_records(text, "t.yaml"), "t.yaml", fields).examples;
}

TEST(Yaml, ScalarsStayAsTheyAreWritten) {
  EXPECT_EQ(value_json(parse_yaml("a: 007\nb: 'x: y'\nc: [yes, ~, 1.50, '1.50', true]\nd: |\n"
                                  "  two\n  lines\n",
                                  "y")
                           .value),
            R"({"a": "007", "b": "x: y", "c": ["yes", null, 1.50, "1.50", true], )"
            R"("d": "two\nlines\n"})");
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
  } cases[] = {{"a,__expected\n1,llm-rubric:is nice\n", "d.csv:2: the assertion \"llm-rubric\""},
               {"a,__expected\n1,javascript:output > 1\n", "d.csv:2: the assertion \"javascript\""},
               {"a,__expected\n1,not-python:x\n", "\"not-python\""},
               {"a,__expected\n1,regex:(?=x)\n", "d.csv:2: The regular expression"},
               {"a,__expected\n1,contains:\n", "d.csv:2: the value of \"contains\" is empty"},
               {"a,__expected,__prefix\n1,x,y\n", "\"__prefix\" changes what is asked"}};
  for (const auto& wrong : cases)
    EXPECT_THAT(failure_of([&] { from_csv(wrong.rows); }),
                FailsWith(ErrorKind::data, HasSubstr(wrong.expected)));
  EXPECT_THAT(failure_of([] { from_yaml("- vars: {a: 1}\n  assert: []\n"); }),
              FailsWith(ErrorKind::data, HasSubstr("t.yaml:1: no assertion")));
  EXPECT_THAT(failure_of([] {
                from_yaml(
                    "tests:\n- vars: {a: '{{ b | upper }}'}\n  assert: [{type: equals, value: "
                    "x}]\n");
              }),
              FailsWith(ErrorKind::data, HasSubstr("t.yaml:2: the template")));
}

TEST(Promptfoo, FilesAreKnownByTheirExtension) {
  const test::TempDir dir;
  dir.write("t.yml", "- vars: {a: x}\n  assert: [{type: equals, value: y}]\n");
  EXPECT_EQ(load_dataset(dir / "t.yml", {}).examples[0].input, "x");
}

bool verdict(const std::string& assertions, const std::string& reply) {
  const auto examples = from_yaml("- vars: {a: q}\n  assert: " + assertions + "\n");
  return assertions_of(examples.at(0))->passes(reply);
}

// Each verdict is promptfoo 0.123's.
TEST(Promptfoo, TheOwnTypeOfAnAssertionDecides) {
  const struct {
    const char *assertions, *reply;
    bool passes;
  } cases[] = {
      {"[{type: contains, value: Paris}]", "Sure. It is Paris.", true},
      {"[{type: contains, value: Paris}]", "It is PARIS", false},
      {"[{type: contains, value: Paris}]", "Parisian", true},
      {"[{type: icontains, value: Paris}]", "It is PARIS", true},
      {"[{type: not-contains, value: Paris}]", "Rome", true},
      {"[{type: equals, value: Paris}]", "paris", false},
      {"[{type: equals, value: 1.50}]", "1.5", true},
      {"[{type: equals, value: {a: 1}}]", "{\"a\": 1.0}", true},
      {"[{type: equals, value: {a: 1}}]", "a", false},
      {"[{type: regex, value: '^Par.s'}]", "Paris is", true},
      {"[{type: regex, value: '^Paris$'}]", "Paris\n", false},
      {"[{type: regex, value: 'a.b'}]", "a\rb", false},
      {"[{type: starts-with, value: Par}]", "Paris", true},
      {"[{type: contains-any, value: [x, y]}]", "ay", true},
      {"[{type: contains-all, value: 'x, \"a, b\"'}]", "x a, b", true},
      {"[{type: contains-all, value: [x, y]}]", "ay", false},
      {"[{type: icontains-all, value: [X, y]}]", "xY", true},
      {"[{type: is-json}]", "{\"a\": 1}", true},
      {"[{type: is-json}]", "```{}```", false},
      {"[{type: is-json, value: {type: object, required: [b]}}]", "{\"a\": 1}", false},
      {"[{type: levenshtein, value: cat, threshold: 1}]", "cut", true},
      {"[{type: levenshtein, value: cat, threshold: 1}]", "cuts", false},
      {"[{type: word-count, value: {min: 2, max: 3}}]", " a  b ", true},
      {"[{type: contains, value: a}, {type: contains, value: b}]", "a", false},
      {"[{type: contains, value: a}, {type: contains, value: b, weight: 0}]", "a", true},
      {"[{type: assert-set, threshold: 0.5, assert: [{type: contains, value: a}, "
       "{type: contains, value: b}]}]",
       "a", true},
      {"[{type: contains, value: '{{a}}'}]", "q", true},
  };
  for (const auto& one : cases)
    EXPECT_EQ(verdict(one.assertions, one.reply), one.passes) << one.assertions << " " << one.reply;
}

// tests/promptfoo/verdicts recorded them. "departs" is "refused" where RE2 cannot say what a
// pattern of JavaScript does.
TEST(Promptfoo, VerdictsAreThoseThatPromptfooGives) {
  for (const nlohmann::json& row : test::table("data", "promptfoo")) {
    nlohmann::json one = row;
    one["vars"] = {{"q", "x"}};
    const std::string text = nlohmann::json{{"tests", {one}}}.dump();
    const auto load = [&] {
      return dataset_of(json_records(text, "t.json"), "t.json", {}).examples;
    };
    if (row.contains("departs")) {
      EXPECT_THAT(failure_of(load), FailsWith(ErrorKind::data, HasSubstr("t.json"))) << row;
      continue;
    }
    const auto examples = load();
    EXPECT_EQ(assertions_of(examples.at(0))->passes(row["reply"]), row["pass"].get<bool>()) << row;
  }
}

TEST(Promptfoo, DefaultsListsAndScenariosMakeTests) {
  const auto defaults = from_yaml(R"(
defaultTest:
  vars: {tone: dry}
  assert: [{type: contains, value: x}]
tests:
  - vars: {q: [one, two]}
    assert: [{type: contains, value: '{{q}}'}]
  - vars: {q: three}
    options: {disableDefaultAsserts: true}
    assert: [{type: equals, value: y}]
)",
                                  {"q", {}});
  ASSERT_EQ(defaults.size(), 3u);
  EXPECT_EQ(defaults[1].input, "two");
  EXPECT_THAT(defaults[1].references, ElementsAre("x", "two"));
  EXPECT_THAT(defaults[1].fields, ElementsAre(Pair("tone", "dry")));
  EXPECT_THAT(defaults[2].references, ElementsAre("y"));
  const auto scenarios = from_yaml(R"(
scenarios:
  - config: [{vars: {word: cat}}, {vars: {word: dog}}]
    tests: [{assert: [{type: equals, value: '{{word}}s'}]}]
)");
  ASSERT_EQ(scenarios.size(), 2u);
  EXPECT_THAT(scenarios[1].references, ElementsAre("dogs"));
}

TEST(Promptfoo, AssertionsAreTextsWhereProgramsOrJudgesScore) {
  FieldMap fields;
  fields.scored_elsewhere = true;
  const auto examples =
      from_yaml("- vars: {a: q}\n  assert: [{type: llm-rubric, value: is nice}]\n", fields);
  EXPECT_THAT(examples.at(0).references, ElementsAre("is nice"));
  EXPECT_EQ(examples.at(0).assertions, "");
}

TEST(Promptfoo, WhatIsMeantIsNamed) {
  EXPECT_THAT(
      failure_of([] { from_yaml("- vars: {a: q}\n  assert: [{type: contain, value: x}]\n"); }),
      FailsWith(ErrorKind::data, HasSubstr("Did you mean \"contains\"?")));
  EXPECT_THAT(
      failure_of([] { from_yaml("- vars: {a: q, b: r}\n  assert: [{type: equals, value: x}]\n"); }),
      FailsWith(ErrorKind::data, HasSubstr("which field is the input among a, b. Name it in the "
                                           "task file: \"data\": {\"fields\": {\"input\": "
                                           "\"..\"}}, or show them in the prompt: {{a}}; or to "
                                           "zopo init: --input NAME.")));
  EXPECT_THAT(failure_of([] { from_yaml("- vars: [a]\n  assert: [{type: equals, value: x}]\n"); }),
              FailsWith(ErrorKind::data, HasSubstr("t.yaml:1: no file matches \"a\"")));
}

TEST(Promptfoo, VariablesThatNameEachOtherWithoutEndAreRefused) {
  std::string b, c;
  for (int i = 0; i < 200; ++i) {
    b += "{{b}}";
    c += "{{c}}";
  }
  const std::string text =
      "- vars: {a: '" + b + "', b: '" + c + "', c: x}\n  assert: [{type: equals, value: y}]\n";
  EXPECT_THAT(failure_of([&] {
                from_yaml(text, {"a", {}});
              }),
              FailsWith(ErrorKind::data, HasSubstr("more than 10,000 times")));
}

TEST(Promptfoo, FilesOfVariablesAndTestsAreRead) {
  const test::TempDir dir;
  dir.write("v.txt", "from a file\n");
  dir.write("more.csv", "word,__expected\ndog,dogs\n");
  dir.write("t.yaml",
            "tests:\n- vars: {word: file://v.txt}\n  assert: [{type: equals, value: y}]\n"
            "- file://more.csv\n- vars: file://vars.yaml\n  assert: [{type: equals, value: z}]\n");
  dir.write("vars.yaml", "word: cat\n");
  const Dataset dataset = load_dataset(dir / "t.yaml", {});
  EXPECT_EQ(dataset.examples.at(0).input, "from a file");
  EXPECT_THAT(dataset.examples.at(1).references, ElementsAre("dogs"));
  EXPECT_EQ(dataset.examples.at(2).input, "cat");
}

// tests/promptfoo/suites recorded them: replies and verdicts of every test of a configuration.
TEST(Promptfoo, WholeConfigurationsAreDecidedAsPromptfooDoes) {
  const char* source = std::getenv("ZOPO_SOURCE_DIR");
  const std::filesystem::path suites = std::filesystem::path(source == nullptr ? "." : source) /
                                       "tests/data/tables/promptfoo_suites";
  std::size_t compared = 0;
  for (const auto& suite : std::filesystem::directory_iterator(suites)) {
    const nlohmann::json replies = nlohmann::json::parse(read_file(suite.path() / "replies.json"));
    std::multiset<std::pair<std::string, bool>> recorded, decided;
    for (const auto& one : nlohmann::json::parse(read_file(suite.path() / "verdicts.json")))
      recorded.emplace(one[0], one[1]);
    for (const Example& example : load_dataset(suite.path() / "config.yaml", {"q", {}}).examples) {
      const std::string reply = replies.at(example.input);
      decided.emplace(reply, assertions_of(example)->passes(reply));
    }
    EXPECT_EQ(decided, recorded) << suite.path();
    compared += recorded.size();
  }
  EXPECT_GE(compared, 80u);
}

TEST(Promptfoo, FilesThatNoneMatchesAndReferencesThatLeadNowhereAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"tests: file://none/*.yaml\n", "t.yaml:1: no file matches \"file://none/*.yaml\""},
      {"tests: https://x/t.yaml\n", "t.yaml:1: \"https://x/t.yaml\" is not read"},
      {"tests:\n- vars: {a: q}\n  assert: [{$ref: '#/none'}]\n",
       "t.yaml:3: the $ref \"#/none\" is no"},
      {"tests:\n- vars: {a: q}\n  assert: [{$ref: 'x.yaml#/a'}]\n",
       "t.yaml:3: the $ref \"x.yaml#/a\" is no"},
      {"a: {$ref: '#/a'}\ntests: []\n", "the $ref \"#/a\" is no"}};
  for (const auto& [text, expected] : cases)
    EXPECT_THAT(failure_of([&, given = text] { from_yaml(given); }),
                FailsWith(ErrorKind::data, HasSubstr(expected)));
}

}  // namespace
}  // namespace zopo::data
