#include "zopo/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "data/dataset_layout.h"
#include "tests/support/failure.h"
#include "tests/support/shared_files.h"
#include "tests/support/temp_dir.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using test::TempDir;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::vector<Example> from_json(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(json_records(text, "d.json"), "d.json", fields).examples;
}

std::vector<Example> from_jsonl(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(jsonl_records(text, "d.jsonl"), "d.jsonl", fields).examples;
}

std::vector<Example> from_csv(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(csv_records(text, "d.csv"), "d.csv", fields).examples;
}

std::vector<std::string> inputs_of(const std::vector<Example>& examples) {
  std::vector<std::string> inputs;
  for (const Example& example : examples) inputs.push_back(example.input);
  return inputs;
}

TEST(Dataset, JsonIsAnArrayOrHasExamples) {
  EXPECT_THAT(inputs_of(from_json(R"([{"input": "a", "output": "b"}])")), ElementsAre("a"));
  EXPECT_THAT(inputs_of(from_json(R"({"examples": [{"input": "a", "output": "b"}]})")),
              ElementsAre("a"));
}

TEST(Dataset, NumberedExamplesStandInTheOrderOfTheirNumbers) {
  const auto examples = from_json(R"({"metadata": {}, "examples": {
      "10": {"input": "c", "output": ""}, "2": {"input": "b", "output": ""},
      "1": {"input": "a", "output": ""}}})");
  EXPECT_THAT(inputs_of(examples), ElementsAre("a", "b", "c"));
}

TEST(Dataset, JsonlIsOneRecordALine) {
  EXPECT_THAT(inputs_of(from_jsonl("\xEF\xBB\xBF{\"input\": \"a\", \"output\": 1}\r\n\n"
                                   "{\"input\": \"b\", \"output\": 2}")),
              ElementsAre("a", "b"));
}

TEST(Dataset, CsvFollowsRfc4180) {
  const auto examples =
      from_csv("\xEF\xBB\xBFinput,output\r\n\"a, \"\"q\"\"\nb\", c \r\n\r\nd,\r\n");
  EXPECT_THAT(inputs_of(examples), ElementsAre("a, \"q\"\nb", "d"));
  EXPECT_THAT(examples[0].references, ElementsAre(" c "));
  EXPECT_THAT(examples[1].references, ElementsAre(""));
}

TEST(Dataset, OtherScalarFieldsAreKeptByName) {
  const auto examples = from_json(
      R"([{"input": "a", "output": "b", "n": 3, "x": 1.5, "t": true, "l": [1], "z": null}])");
  EXPECT_THAT(examples[0].fields,
              ElementsAre(Pair("l", "[1]"), Pair("n", "3"), Pair("t", "true"), Pair("x", "1.5")));
}

TEST(Dataset, KnownLayoutsNeedNoMapping) {
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

TEST(Dataset, CauseAndEffectBecomeTwoSentencesInAnOrderOfTheirOwn) {
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

TEST(Dataset, NamedFieldsWin) {
  const FieldMap fields{"words", "labels"};
  const auto examples =
      from_json(R"([{"words": ["a", 2], "labels": ["x", "y"], "input": "i"}])", fields);
  EXPECT_EQ(examples[0].input, "a, 2");
  EXPECT_THAT(examples[0].references, ElementsAre("x", "y"));
  EXPECT_THAT(examples[0].fields, ElementsAre(Pair("input", "i")));
  EXPECT_EQ(from_json(R"([{"cause": "c", "effect": "e"}])", {"effect", "cause"})[0].input, "e");
}

TEST(Dataset, WhatIsWrongIsSaidWithItsPlace) {
  struct Case {
    std::vector<Example> (*load)(const std::string&, const FieldMap&);
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {from_json, "[]", "d.json: no examples"},
      {from_json, "{\"examples\": {}}", "d.json: no examples"},
      {from_json, "{\"rows\": 1}", "d.json: expected a list of records"},
      {from_json, "[1]", "d.json: /0: expected an object"},
      {from_json, "[{\"input\": 1, \"output\": 2},\n {\"input\": 1, \"outptu\": 2}]",
       "d.json: /1: the field \"output\" is missing. Did you mean \"outptu\"?"},
      {from_json, "[{\"input\": null, \"output\": 2}]", "the field \"input\" is null"},
      {from_json, "[{\"input\": {}, \"output\": 2}]", "the field \"input\" holds no text"},
      {from_json, "[{\"input\": 1, \"output\": []}]", "the field \"output\" holds no text"},
      {from_json, R"([{"input": "", "output": 2}])", "the input (input) is empty"},
      {from_json, R"([{"input": 1, "output": 2}, {"input": 1, "x": 2}])",
       "Its fields are input, x."},
      {from_json, "[{\"a\": 1, \"b\": 2}]", "which field is the output among a, b"},
      {from_json, "[{\"input\": 1,}]", "d.json:1:14: not valid JSON"},
      {from_jsonl, "", "d.jsonl: no examples"},
      {from_jsonl, "{\"input\": 1, \"output\": 2}\n[", "d.jsonl:2:2: not valid JSON"},
      {from_jsonl, "{\"input\": 1, \"output\": 2}\n\xff",
       "d.jsonl:2:1: this line is not valid UTF-8"},
      {from_jsonl, "{\"input\": 1, \"output\": 2}\n{}",
       "d.jsonl:2: the field \"output\" is missing. It has no fields."},
      {from_csv, "", "d.csv: no examples"},
      {from_csv, "input,output\n", "d.csv: no examples"},
      {from_csv, "input,output\na,b\n\nc\n", "d.csv:4: this row has 1 cells, the header row 2"},
      {from_csv, "input,input\na,b\n", "d.csv:1: the column \"input\" stands twice"},
      {from_csv, ",\na,b\n", "d.csv:1: no column of the header row has a name"},
      {from_csv, "input,output\na,\"b\nc\n",
       "d.csv:2: a quoted cell that begins in this row never"},
      {from_csv, "input,output\na,b\"c\n", "d.csv:2: a double quote stands inside a cell"},
      {from_csv, "input,output\na,\xff\n", "d.csv:2: this line is not valid UTF-8"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(failure_of([&] { c.load(c.text, {}); }),
                FailsWith(ErrorKind::data, HasSubstr(c.message)))
        << c.text;
  }
}

TEST(Dataset, FilesAreReadByTheirExtension) {
  const TempDir dir;
  const char* const json = "[{\"input\": \"a\", \"output\": \"b\"}]";
  EXPECT_EQ(load_dataset(dir.write("d.JSON", json), {}).examples.size(), 1u);
  EXPECT_EQ(load_dataset(dir.write("d.csv", "input,output\na,b\n"), {}).name,
            (dir / "d.csv").string());
  EXPECT_THAT(failure_of([&] { load_dataset(dir.write("d.xml", ""), {}); }),
              FailsWith(ErrorKind::data, HasSubstr(".jsonl")));
  EXPECT_THAT(failure_of([&] { load_dataset(dir / "none.json", {}); }),
              FailsWith(ErrorKind::data, HasSubstr("no such file")));
}

TEST(Dataset, HostileNestingIsRefused) {
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  EXPECT_THAT(failure_of([&] { from_json(deep); }),
              FailsWith(ErrorKind::data, HasSubstr("256 levels")));
}

struct Layout {
  const char *text, *input;
  std::vector<std::string> references;
};

TEST(Dataset, JsonThatPeopleHaveNeedsNoMapping) {
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

TEST(Dataset, NumbersStayAsTheyAreWritten) {
  const auto examples = from_jsonl(
      "{\"input\": 1e5, \"output\": 12345678901234567890123, \"x\": 3.10, \"o\": {\"z\": 1.0, "
      "\"a\": []}}\n");
  EXPECT_EQ(examples[0].input, "1e5");
  EXPECT_THAT(examples[0].references, ElementsAre("12345678901234567890123"));
  EXPECT_EQ(examples[0].fields.at("x"), "3.10");
  EXPECT_EQ(examples[0].fields.at("o"), R"({"z": 1.0, "a": []})");
}

TEST(Dataset, CsvThatPeopleHave) {
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

TEST(Dataset, Utf16IsRead) {
  const TempDir dir;
  std::string text = "\xFF\xFE";
  for (const char c : std::string("input,output\r\na,x\r\n")) text += {c, '\0'};
  EXPECT_EQ(load_dataset(dir.write("d.csv", text), {}).examples.at(0).input, "a");
}

TEST(Dataset, OtherKindsOfFilesNameTheCommandThatConvertsThem) {
  const TempDir dir;
  EXPECT_THAT(failure_of([&] { load_dataset(dir.write("d.parquet", ""), {}); }),
              FailsWith(ErrorKind::data, HasSubstr("pandas.read_parquet('")));
}

TEST(Dataset, FieldsTakeAPointer) {
  const auto examples =
      from_json(R"([{"a": {"q": "x"}, "b": [{"r": 7}]}])", FieldMap{"/a/q", "/b/0/r"});
  EXPECT_EQ(examples[0].input, "x");
  EXPECT_THAT(examples[0].references, ElementsAre("7"));
}

TEST(Dataset, WithoutAKnownInputWhatThePromptShowsIsTheInput) {
  FieldMap fields;
  fields.shown = {"premise", "hypothesis"};
  const auto examples = from_csv("premise,hypothesis,label\na,b,x\nc,d,y\n", fields);
  EXPECT_EQ(examples[0].input, "b\n\na");
  EXPECT_EQ(examples[1].fields.at("premise"), "c");
}

TEST(Dataset, AnswersNameAChoiceOrAreRefused) {
  EXPECT_THAT(from_json(R"([{"question": "q", "choices": ["Rome", "Oslo"], "answer": " oslo"}])")[0]
                  .references,
              ElementsAre("B", "Oslo"));
  EXPECT_THAT(failure_of([] {
                from_json(R"([{"question": "q", "choices": ["Rome", "Oslo"], "answer": "C"}])");
              }),
              FailsWith(ErrorKind::data, HasSubstr("the answer C is the letter of none of 2")));
}

TEST(Dataset, AnObjectAsInputIsShownWhole) {
  EXPECT_EQ(from_json(R"([{"input": {"a": [1, 2.50]}, "output": "x"}])")[0].input,
            R"({"a": [1, 2.50]})");
  EXPECT_EQ(from_json(R"([{"input": {"a": "b"}, "output": "x"}])")[0].input, "b");
}

TEST(Dataset, NamesOfFieldsAreKnownInAnyCase) {
  const auto examples = from_csv("Text,LABEL\na,x\n");
  EXPECT_EQ(examples[0].input, "a");
  EXPECT_THAT(examples[0].references, ElementsAre("x"));
  EXPECT_EQ(from_jsonl(R"({"Question": "q", "question": "r", "answer": "x"})")[0].input, "r");
}

TEST(Dataset, LabelsNameWholeNumbers) {
  FieldMap fields;
  fields.labels = {"bad", "good"};
  EXPECT_THAT(from_json(R"([{"text": "a", "label": 1}])", fields)[0].references,
              ElementsAre("good"));
  EXPECT_THAT(failure_of([&] { from_json(R"([{"text": "a", "label": 2}])", fields); }),
              FailsWith(ErrorKind::data, HasSubstr("from 0 to 1")));
  EXPECT_EQ(dataset_of(json_records(R"([{"text": "a", "label": 1}])", "d"), "d", {}).notes.size(),
            1u);
}

TEST(Dataset, WhatThePromptShowsItselfIsNoPartOfTheInput) {
  FieldMap fields;
  fields.shown = {"choices", "context", "input"};
  const auto examples = from_json(
      R"([{"question": "q", "context": "c", "choices": ["u", "v"], "answer": "A"}])", fields);
  EXPECT_EQ(examples[0].input, "q");
  EXPECT_EQ(examples[0].fields.at("choices"), "A. u\nB. v");
  EXPECT_EQ(examples[0].fields.at("context"), "c");
}

// Every file of the published tasks, without a mapping.
TEST(Dataset, ThePublishedTasksLoad) {
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

TEST(Dataset, TheInputsOwnNameIsTheInput) {
  FieldMap fields;
  fields.shown = {"question"};
  const auto examples =
      from_json(R"([{"question": "q", "context": ["c", "d"], "answer": "A"}])", fields);
  EXPECT_EQ(examples[0].input, "c\n\nd\n\nq");
  EXPECT_EQ(examples[0].fields.at("question"), "c\n\nd\n\nq");
}

TEST(Dataset, NaNIsNoValue) {
  const auto examples = from_json(R"([{"input": "a NaN", "output": "b", "note": NaN}])");
  EXPECT_EQ(examples[0].input, "a NaN");
  EXPECT_FALSE(examples[0].fields.contains("note"));
  EXPECT_THAT(failure_of([] { from_json(R"([{"input": "a", "output": NaN}])"); }),
              FailsWith(ErrorKind::data, HasSubstr("\"output\" is null, or NaN")));
}

TEST(Dataset, ChatsOfOtherHousesAreRead) {
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

}  // namespace
}  // namespace zopo::data
