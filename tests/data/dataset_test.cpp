#include "zopo/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/examples_of.h"
#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

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

TEST(Dataset, NumbersStayAsTheyAreWritten) {
  const auto examples = from_jsonl(
      "{\"input\": 1e5, \"output\": 12345678901234567890123, \"x\": 3.10, \"o\": {\"z\": 1.0, "
      "\"a\": []}}\n");
  EXPECT_EQ(examples[0].input, "1e5");
  EXPECT_THAT(examples[0].references, ElementsAre("12345678901234567890123"));
  EXPECT_EQ(examples[0].fields.at("x"), "3.10");
  EXPECT_EQ(examples[0].fields.at("o"), R"({"z": 1.0, "a": []})");
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

TEST(Dataset, NaNIsNoValue) {
  const auto examples = from_json(R"([{"input": "a NaN", "output": "b", "note": NaN}])");
  EXPECT_EQ(examples[0].input, "a NaN");
  EXPECT_FALSE(examples[0].fields.contains("note"));
  EXPECT_THAT(failure_of([] { from_json(R"([{"input": "a", "output": NaN}])"); }),
              FailsWith(ErrorKind::data, HasSubstr("\"output\" is null, or NaN")));
}

}  // namespace
}  // namespace zopo::data
