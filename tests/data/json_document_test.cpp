#include "zopo/data/json_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"

namespace zopo::data {
namespace {

using Pointer = nlohmann::json::json_pointer;
using test::FailsWith;
using test::failure_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::optional<Error> failure_in(const std::string& text) {
  return failure_of([&] { JsonDocument::parse(text, "task.json"); });
}

const char* const kTask = R"({
  // the data
  "data": { "dev": "dev.jsonl" }, /* "llm": 1 */
  "a/b~\"\u00e9": [1, {"x" : null}, "]}"], "last": -1.5e3 // end
})";

TEST(JsonDocument, KnowsWhereValuesAndKeysBegin) {
  const JsonDocument document = JsonDocument::parse(kTask, "task.json");
  struct Case {
    const char* pointer;
    Position value, key;
  };
  const Case cases[] = {
      {"", {1, 1}, {1, 1}},
      {"/data", {3, 11}, {3, 3}},
      {"/data/dev", {3, 20}, {3, 13}},
      {"/a~1b~0\"é", {4, 19}, {4, 3}},
      {"/a~1b~0\"é/1", {4, 23}, {4, 23}},
      {"/a~1b~0\"é/1/x", {4, 30}, {4, 24}},
      {"/a~1b~0\"é/2", {4, 37}, {4, 37}},
      {"/last", {4, 52}, {4, 44}},
      {"/none", {1, 1}, {1, 1}},
  };
  for (const Case& c : cases) {
    EXPECT_TRUE(document.json().contains(Pointer(c.pointer)) || c.pointer == std::string("/none"));
    EXPECT_EQ(document.position(Pointer(c.pointer)), c.value) << c.pointer;
    EXPECT_EQ(document.key_position(Pointer(c.pointer)), c.key) << c.pointer;
  }
  EXPECT_EQ(document.where(Pointer("/data/dev")), "task.json:3:20: /data/dev: ");
  EXPECT_EQ(document.where_key(Pointer("/data")), "task.json:3:3: /data: ");
  EXPECT_EQ(document.where(Pointer()), "task.json:1:1: top level: ");
}

TEST(JsonDocument, SyntaxErrorsPointAtTheOffendingToken) {
  struct Case {
    const char* text;
    const char* begins;
    const char* holds;
  };
  const Case cases[] = {
      {"{\"a\": 1 \"b\": 2}", "task.json:1:9: not valid JSON: ", "unexpected string literal"},
      {"{\"a\": 1,}", "task.json:1:9: ", "comma"},
      {"[1,\n2,\n]", "task.json:3:1: ", "comma"},
      {"[1,\n 2", "task.json:2:3: ", "end of input"},
      {"[1 foo]", "task.json:1:4: ", "invalid literal; expected ']'"},
      {"{'a': 1}", "task.json:1:2: ", "double quotes"},
      {"{\"a\": 01}", "task.json:1:7: ", "expected '}'"},
      {"", "task.json:1:1: ", "end of input"},
      {"{} x", "task.json:1:4: ", "expected end of input"},
      {"[1e999]", "task.json:1:1: ", "too large"},
      {"{\"a\": \"x", "task.json:1:9: ", "missing closing quote"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(failure_in(c.text),
                FailsWith(ErrorKind::config, AllOf(StartsWith(c.begins), HasSubstr(c.holds))))
        << c.text;
  }
}

TEST(JsonDocument, DuplicateKeysAreRefusedAtEveryDepth) {
  EXPECT_THAT(failure_in("{\"a\": 1,\n \"b\": {\"c\": 1,\n\"c\": 2}}"),
              FailsWith(ErrorKind::config,
                        AllOf(StartsWith("task.json:3:1: /b/c: "), HasSubstr("line 2"))));
  EXPECT_THAT(failure_in("[{\"\\u0061\": 1, \"a\": 2}]"),
              FailsWith(ErrorKind::config, StartsWith("task.json:1:16: /0/a: ")));
  EXPECT_FALSE(failure_in("[{\"a\": 1}, {\"a\": 1}]").has_value());
}

TEST(JsonDocument, HostileTextEndsInASentence) {
  EXPECT_THAT(
      failure_in("{\n\"a\": \"\xff\"}"),
      FailsWith(ErrorKind::config, AllOf(StartsWith("task.json:2:1: "), HasSubstr("UTF-8"))));
  EXPECT_THAT(
      failure_in(std::string(10'000, '[') + std::string(10'000, ']')),
      FailsWith(ErrorKind::config, AllOf(StartsWith("task.json:1:257: "), HasSubstr("256"))));
  EXPECT_THAT(failure_in(std::string(1'000'000, '[')),
              FailsWith(ErrorKind::config, HasSubstr("256")));
  EXPECT_FALSE(failure_in(std::string(256, '[') + std::string(256, ']')).has_value());
}

TEST(JsonDocument, AByteOrderMarkDoesNotCount) {
  const JsonDocument document = JsonDocument::parse("\xEF\xBB\xBF{\"a\": 1}", "f");
  EXPECT_EQ(document.key_position(Pointer("/a")), (Position{1, 2}));
}

TEST(JsonDocument, AMissingFileIsAnErrorOfTheConfiguration) {
  const test::TempDir dir;
  EXPECT_THAT(failure_of([&] { JsonDocument::load(dir / "none.json"); }),
              FailsWith(ErrorKind::config, HasSubstr("none.json")));
  EXPECT_EQ(JsonDocument::load(dir.write("t.json", "{\"a\": 1}")).json()["a"], 1);
}

}  // namespace
}  // namespace zopo::data
