#include "llm/lenient_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace zopo::llm {
namespace {

using nlohmann::json;

struct LenientCase {
  const char* what;
  std::string text;
  json read;
};

TEST(LenientJson, WhatPythonReadsIsRead) {
  const LenientCase cases[] = {
      {"strict JSON", R"({"a": [1, "x", null]})", {{"a", {1, "x", nullptr}}}},
      {"half a pair at the end", R"({"a": "hi \ud83d"})", {{"a", "hi \xEF\xBF\xBD"}}},
      {"the other half", R"({"a": "\ude00!"})", {{"a", "\xEF\xBF\xBD!"}}},
      {"a half, then a letter",
       R"({"a": "\ud83d\u0041"})",
       {{"a",
         "\xEF\xBF\xBD"
         "A"}}},
      {"a whole pair", R"({"a": "\ud83d\ude00 \ud83d"})", {{"a", "\xF0\x9F\x98\x80 \xEF\xBF\xBD"}}},
      {"no escape but a backslash",
       R"({"a": "\\ud83d", "b": NaN})",
       {{"a", "\\ud83d"}, {"b", nullptr}}},
      {"NaN and the infinities",
       R"([NaN, Infinity, -Infinity, -1])",
       {nullptr, nullptr, nullptr, -1}},
      {"their names in a text", R"({"a": "NaN", "b": NaN})", {{"a", "NaN"}, {"b", nullptr}}},
      {"beyond a double", R"([1e999, -1e999, 1.5])", {nullptr, nullptr, 1.5}},
      {"raw control characters", "{\"a\": \"x\ty\nz\x01\"}", {{"a", "x\ty\nz\x01"}}},
      {"equal keys", R"({"a": 1, "a": 2})", {{"a", 2}}},
      {"a byte order mark", "\xEF\xBB\xBF{\"a\": NaN}", {{"a", nullptr}}},
      {"invalid UTF-8", "{\"a\": \"\xff\"}", {{"a", "\xEF\xBF\xBD"}}},
  };
  for (const LenientCase& one : cases) {
    const json read = lenient_json(one.text);
    EXPECT_EQ(read, one.read) << one.what << ": " << read;
  }
}

TEST(LenientJson, WhatIsNoJsonIsDiscarded) {
  for (const std::string text : {"", "<html>", "{\"a\": ", "{\"a\": \"\\ud8", "{'a': 1}", "[1,]",
                                 "nan", "Infinit", "\"\\x\"", "{\"a\" 1}", "NaNa"}) {
    EXPECT_TRUE(lenient_json(text).is_discarded()) << text;
  }
}

TEST(LenientJson, DepthHasALimit) {
  const std::string deep = std::string(257, '[') + std::string(257, ']');
  EXPECT_TRUE(lenient_json(deep).is_discarded());
  EXPECT_FALSE(lenient_json(deep.substr(1, 512)).is_discarded());
  EXPECT_FALSE(lenient_json("\"" + std::string(1000, '[') + "\"").is_discarded());
}

}  // namespace
}  // namespace zopo::llm
