#include "zopo/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zopo {
namespace {

using testing::ElementsAre;

TEST(Text, LinesLoseTheirEndsWhateverTheyAre) {
  EXPECT_THAT(split_lines("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(split_lines("a\n"), ElementsAre("a"));
  EXPECT_TRUE(split_lines("").empty());
}

TEST(Text, CaseFoldingIsUnicode) {
  EXPECT_EQ(fold_case("STRASSE"), fold_case("straße"));
  EXPECT_EQ(fold_case("ÉCOLE"), "école");
  EXPECT_EQ(nfc("e\u0301"), "\u00e9");
}

TEST(Text, InvalidBytesBecomeReplacementCharacters) {
  EXPECT_FALSE(is_valid_utf8("a\xff"));
  EXPECT_EQ(make_valid_utf8("a\xff"), "a\uFFFD");
}

TEST(Text, ABeginningEndsBetweenCharacters) {
  EXPECT_EQ(beginning("abc", 3), "abc");
  EXPECT_EQ(beginning("abc", 2), "ab");
  const std::string text = "a\u00e9\u4e2d";  // 1, 2 and 3 bytes
  const char* const expected[] = {"", "a", "a", "a\u00e9", "a\u00e9", "a\u00e9", "a\u00e9\u4e2d"};
  for (std::size_t bytes = 0; bytes < 7; ++bytes)
    EXPECT_EQ(beginning(text, bytes), expected[bytes]);
}

TEST(Text, ALongRunOfCombiningMarksTakesLinearTime) {
  std::string marks = "e";  // classes 230 and 220 in turn, which normalisation sorts
  while (marks.size() < 1'000'000) marks += "\u0301\u0316";
  EXPECT_GE(nfc(marks).size(), 1'000'000u);
  EXPECT_EQ(nfc("e\u0301\u0316"), "\u00e9\u0316");
}

TEST(Text, NearestWordIsASlipOfThePenOrNothing) {
  const std::vector<std::string> known = {"budget", "metric", "optimizer"};
  EXPECT_EQ(nearest_word("optimiser", known), "optimizer");
  EXPECT_EQ(nearest_word("bugdet", known), "budget");
  EXPECT_EQ(nearest_word("zebra", known), std::nullopt);
  EXPECT_EQ(did_you_mean("metrik", known), ". Did you mean \"metric\"?");
}

}  // namespace
}  // namespace zopo
