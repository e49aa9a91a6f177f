#include "zopo/base/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace zopo {
namespace {

std::string nested(int levels) {
  const auto n = static_cast<std::size_t>(levels);
  return std::string(n, '[') + std::string(n, ']');
}

TEST(JsonOfOthers, IsReadToTheGreatestDepthAndNoDeeper) {
  EXPECT_TRUE(parse_json_of_others(nested(kMaxJsonDepth)).is_array());
  EXPECT_TRUE(parse_json_of_others(nested(kMaxJsonDepth + 1)).is_discarded());
  EXPECT_TRUE(parse_json_of_others(R"({"x":)" + nested(200'000) + "}").is_discarded());
}

TEST(JsonOfOthers, BracketsInsideOfTextsDoNotCount) {
  const std::string text = R"(["\")" + std::string(1000, '[') + R"(\\"])";
  ASSERT_TRUE(parse_json_of_others(text).is_array());
  EXPECT_EQ(first_too_deep(text), text.size());
}

TEST(JsonOfOthers, NoJsonIsDiscarded) {
  for (const std::string text : {"", "{", "[1,", "\"", "\"\\", "nul", "1 2", "{\"a\":1e999}"})
    EXPECT_TRUE(parse_json_of_others(text).is_discarded()) << text;
}

TEST(JsonOfOthers, CommentsCountWhereTheyAreAllowed) {
  const std::string text =
      "// " + std::string(1000, '[') + "\n/* " + std::string(1000, '{') + "*/[]";
  EXPECT_EQ(first_too_deep(text, true), text.size());
  EXPECT_LT(first_too_deep(text), text.size());
}

}  // namespace
}  // namespace zopo
