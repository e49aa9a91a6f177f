// Records as people and published tasks have them, which need no mapping of fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/data/examples_of.h"
#include "tests/support/failure.h"
#include "tests/support/shared_files.h"
#include "zopo/data/dataset.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(DatasetLayouts, KnownLayoutsNeedNoMapping) {
  struct Case {
    const char* record;
    const char* input;
    std::vector<std::string> references;
  };
  const Case cases[] = {
      {R"({"input": "a", "output": "b"})", "a", {"b"}},
      {R"({"input": "a", "output": ["b", "c"]})", "a", {"b", "c"}},
      {R"({"input": 1, "output": 2.5})", "1", {"2.5"}},
      {R"({"question": "q", "answer": "yes"})", "q", {"yes"}},
      {R"({"question": "q", "answer": "so\n#### 1,234"})", "q", {"1234"}},
      {R"({"question": "q", "answer": "so #### 1"})", "q", {"so #### 1"}},
      {R"({"question": "q", "answer": "#### two words"})", "q", {"two words"}},
      {R"({"question": "q", "answers": ["x", "y"]})", "q", {"x", "y"}},
      {R"({"items": ["a", "b"], "all_common_concepts": ["c", "d"], "concept": "c"})",
       "a, b",
       {"c", "d"}},
      {R"({"input": "a", "output": "b", "possible_translations": ["b", "c"]})", "a", {"b", "c"}},
      {R"({"input": "a", "other_rhymes": ["b"]})", "a", {"b"}},
  };
  for (const Case& c : cases) {
    const auto examples = from_json("[" + std::string(c.record) + "]");
    EXPECT_EQ(examples[0].input, c.input) << c.record;
    EXPECT_EQ(examples[0].references, c.references) << c.record;
  }
}

TEST(DatasetLayouts, CauseAndEffectBecomeTwoSentencesInAnOrderOfTheirOwn) {
  std::string records;
  for (int i = 0; i < 40; ++i) {
    records += (i > 0 ? "," : "") + std::string("{\"cause\": \"C") + std::to_string(i) +
               ".\", \"effect\": \"E" + std::to_string(i) + ".\"}";
  }
  const auto examples = from_json("[" + records + "]");
  EXPECT_THAT(examples[3].input,
              AnyOf("Sentence 1: C3. Sentence 2: E3.", "Sentence 1: E3. Sentence 2: C3."));
  EXPECT_THAT(examples[3].references, ElementsAre("C3."));
  EXPECT_THAT(examples[3].fields, IsEmpty());
  const auto cause_first = std::count_if(examples.begin(), examples.end(), [](const Example& e) {
    return e.input.starts_with("Sentence 1: C");
  });
  EXPECT_GT(cause_first, 10);
  EXPECT_LT(cause_first, 30);
  EXPECT_EQ(from_json(R"([{"cause": "C3.", "effect": "E3."}])")[0].input, examples[3].input);
}

struct Layout {
  const char *text, *input;
  std::vector<std::string> references;
};

TEST(DatasetLayouts, JsonThatPeopleHaveNeedsNoMapping) {
  const Layout cases[] = {
      {R"({"question": ["a", "b"], "answer": ["x", "y"]})", "a", {"x"}},
      {R"({"question": {"0": "a", "1": "b"}, "answer": {"0": "x", "1": "y"}})", "a", {"x"}},
      {R"({"columns": ["text", "label"], "index": [0], "data": [["a", "x"]]})", "a", {"x"}},
      {R"({"validation": [{"text": "a", "label": "x"}], "test": [{"text": "b", "label": "y"}]})",
       "a",
       {"x"}},
      {R"({"data": [{"sentence": "a", "label": "x"}]})", "a", {"x"}},
      {R"({"rows": [{"row_idx": 0, "row": {"question": "a", "answer": "x"}}]})", "a", {"x"}},
      {R"({"canary": "c", "examples": [{"input": "a", "target": "x"}]})", "a", {"x"}},
      {R"([{"input": "a", "ideal": ["x", "y"]}])", "a", {"x", "y"}},
      {R"([{"prompt": "a", "completion": " x"}])", "a", {" x"}},
      {R"([{"input": "a", "target_scores": {"yes": 1, "no": 0}}])",
       "a\nA. yes\nB. no",
       {"A", "yes"}},
      {R"([{"question": "a", "choices": ["u", "v"], "answer": 1}])", "a\nA. u\nB. v", {"B", "v"}},
      {R"([{"question": "a", "choices": {"text": ["u", "v"], "label": ["1", "2"]}, "answerKey": "2"}])",
       "a\nA. u\nB. v",
       {"B", "v"}},
      {R"([{"id": 1, "context": "c", "question": "q",
           "answers": {"text": ["x", "x"], "answer_start": [0, 0]}}])",
       "c\n\nq",
       {"x"}},
      {R"({"data": [{"title": "t", "paragraphs": [{"context": "c", "qas": [
           {"question": "q", "answers": [{"text": "x", "answer_start": 0}]}]}]}]})",
       "c\n\nq",
       {"x"}},
      {R"([{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"},
                         {"role": "assistant", "content": "x"}]}])",
       "u",
       {"x"}},
      {R"([{"inputs": {"question": "q"}, "outputs": {"answer": "x"}}])", "q", {"x"}},
      {R"([{"instruction": "Name a colour.", "input": "", "output": "x"},
           {"instruction": "Translate.", "input": "hola", "output": "y"}])",
       "Name a colour.",
       {"x"}},
      {R"([{"input": "q", "output": {"b": 1, "a": 2.50}}])", "q", {R"({"b": 1, "a": 2.50})"}},
      {"{\"input\": \"a\", \"output\": \"x\"}\n{\"input\": \"b\", \"output\": \"y\"}\n",
       "a",
       {"x"}},
  };
  for (const Layout& c : cases) {
    const auto examples =
        dataset_of(json_record_set(c.text, "d.json", "dev"), "d.json", {}).examples;
    EXPECT_EQ(examples[0].input, c.input) << c.text;
    EXPECT_EQ(examples[0].references, c.references) << c.text;
  }
}

TEST(DatasetLayouts, CsvThatPeopleHave) {
  const Layout cases[] = {
      {",text,label\n0,a,x\n", "a", {"x"}},
      {"Unnamed: 0,text,label\n0,a,x\n", "a", {"x"}},
      {"label,text,,,\nx,\"a, b\",,,\n", "a, b", {"x"}},
      {"\xEF\xBB\xBFinput;output\na, b;x\n", "a, b", {"x"}},
      {"sep=;\ninput;output\na;x\n", "a", {"x"}},
      {"input\toutput\nsay \"a\"\tx\n", "say \"a\"", {"x"}},
      {"Find it,0,4,B\nAnd this,8,2,A\n", "Find it\nA. 0\nB. 4", {"B", "4"}},
      {"question,A,B,answer\nq,u,v,B\n", "q\nA. u\nB. v", {"B", "v"}},
  };
  for (const Layout& c : cases) {
    const auto examples = from_csv(c.text);
    EXPECT_EQ(examples[0].input, c.input) << c.text;
    EXPECT_EQ(examples[0].references, c.references) << c.text;
  }
}

TEST(DatasetLayouts, WithoutAKnownInputWhatThePromptShowsIsTheInput) {
  FieldMap fields;
  fields.shown = {"premise", "hypothesis"};
  const auto examples = from_csv("premise,hypothesis,label\na,b,x\nc,d,y\n", fields);
  EXPECT_EQ(examples[0].input, "b\n\na");
  EXPECT_EQ(examples[1].fields.at("premise"), "c");
}

TEST(DatasetLayouts, AnswersNameAChoiceOrAreRefused) {
  EXPECT_THAT(from_json(R"([{"question": "q", "choices": ["Rome", "Oslo"], "answer": " oslo"}])")[0]
                  .references,
              ElementsAre("B", "Oslo"));
  EXPECT_THAT(failure_of([] {
                from_json(R"([{"question": "q", "choices": ["Rome", "Oslo"], "answer": "C"}])");
              }),
              FailsWith(ErrorKind::data, HasSubstr("the answer C is the letter of none of 2")));
}

TEST(DatasetLayouts, AnObjectAsInputIsShownWhole) {
  EXPECT_EQ(from_json(R"([{"input": {"a": [1, 2.50]}, "output": "x"}])")[0].input,
            R"({"a": [1, 2.50]})");
  EXPECT_EQ(from_json(R"([{"input": {"a": "b"}, "output": "x"}])")[0].input, "b");
}

TEST(DatasetLayouts, NamesOfFieldsAreKnownInAnyCase) {
  const auto examples = from_csv("Text,LABEL\na,x\n");
  EXPECT_EQ(examples[0].input, "a");
  EXPECT_THAT(examples[0].references, ElementsAre("x"));
  EXPECT_EQ(from_jsonl(R"({"Question": "q", "question": "r", "answer": "x"})")[0].input, "r");
}

TEST(DatasetLayouts, LabelsNameWholeNumbers) {
  FieldMap fields;
  fields.labels = {"bad", "good"};
  EXPECT_THAT(from_json(R"([{"text": "a", "label": 1}])", fields)[0].references,
              ElementsAre("good"));
  EXPECT_THAT(failure_of([&] { from_json(R"([{"text": "a", "label": 2}])", fields); }),
              FailsWith(ErrorKind::data, HasSubstr("from 0 to 1")));
  EXPECT_EQ(dataset_of(json_records(R"([{"text": "a", "label": 1}])", "d"), "d", {}).notes.size(),
            1u);
}

TEST(DatasetLayouts, WhatThePromptShowsItselfIsNoPartOfTheInput) {
  FieldMap fields;
  fields.shown = {"choices", "context", "input"};
  const auto examples = from_json(
      R"([{"question": "q", "context": "c", "choices": ["u", "v"], "answer": "A"}])", fields);
  EXPECT_EQ(examples[0].input, "q");
  EXPECT_EQ(examples[0].fields.at("choices"), "A. u\nB. v");
  EXPECT_EQ(examples[0].fields.at("context"), "c");
}

// Every file of the published tasks, without a mapping.

TEST(DatasetLayouts, ThePublishedTasksLoad) {
  const std::filesystem::path tasks = test::shared_dir() / "tasks";
  if (!std::filesystem::is_directory(tasks)) GTEST_SKIP() << tasks << " is not there.";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tasks)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".json" && extension != ".jsonl") continue;
    const Dataset dataset = load_dataset(entry.path(), {});
    ++files;
    EXPECT_GE(dataset.examples.size(), 15u) << entry.path();
    for (const Example& example : dataset.examples) {
      EXPECT_FALSE(example.input.empty()) << entry.path();
      EXPECT_FALSE(example.references.at(0).empty()) << entry.path();
    }
  }
  EXPECT_GE(files, 1);
}

TEST(DatasetLayouts, TheInputsOwnNameIsTheInput) {
  FieldMap fields;
  fields.shown = {"question"};
  const auto examples =
      from_json(R"([{"question": "q", "context": ["c", "d"], "answer": "A"}])", fields);
  EXPECT_EQ(examples[0].input, "c\n\nd\n\nq");
  EXPECT_EQ(examples[0].fields.at("question"), "c\n\nd\n\nq");
}

TEST(DatasetLayouts, ChatsOfOtherHousesAreRead) {
  const auto gemini = from_json(
      R"([{"systemInstruction": {"parts": [{"text": "s"}]}, "contents":
          [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}]}])");
  EXPECT_EQ(gemini[0].input, "q");
  EXPECT_EQ(gemini[0].references.at(0), "a");
  EXPECT_EQ(gemini[0].fields.at("system"), "s");
  const auto cohere = from_json(
      R"([{"messages": [{"role": "User", "content": "q"}, {"role": "Chatbot", "content": "a"}]}])");
  EXPECT_EQ(cohere[0].references.at(0), "a");
  EXPECT_THAT(failure_of([] {
                from_json(
                    R"([{"messages": [{"role": "user", "content": "q"}, {"role": "assistant",
                        "content": null, "tool_calls": [{"id": "1"}]}]}])");
              }),
              FailsWith(ErrorKind::data, HasSubstr("calls a tool and has no text")));
}

TEST(DatasetLayouts, AnExampleInPlaceOfTheHeaderIsRefused) {
  const auto load = [](const std::string& rows) {
    test::TempDir dir;
    dir.write("d.csv", rows);
    return load_dataset(dir / "d.csv", {.input = "q1", .output = "yes"});
  };
  EXPECT_THAT(failure_of([&] { load("q1,yes\nq2,no\nq3,yes\nq4,yes\n"); }),
              FailsWith(ErrorKind::data, HasSubstr("2 others have its \"yes\"")));
  // A known name makes it a header, and once may be chance.
  EXPECT_EQ(load("q1,yes,text\nq2,no,\nq3,yes,\nq4,yes,\n").examples.size(), 3U);
  EXPECT_EQ(load("q1,yes\nq2,no\nq3,yes\n").examples.size(), 2U);
}

}  // namespace
}  // namespace zopo::data
