#include "zopo/score/normalize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/failure.h"

namespace zopo::score {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::AllOf;
using testing::HasSubstr;

std::string normalized(const std::vector<std::string>& steps, const std::string& text) {
  return Normalizer(steps)(text);
}

struct NormalizeCase {
  const char* step;
  const char* text;
  const char* expected;
};

const NormalizeCase kNormalizeCases[] = {
    {"nfc", "e\u0301 A", "\u00e9 A"},
    {"case", "STRASSE Straße", "strasse strasse"},
    {"case", "ÀÉÎ", "àéî"},
    {"articles", "A cat, the dog and an owl", "  cat,   dog and   owl"},
    {"articles", "theatre an_a thea", "theatre an_a thea"},
    {"articles", "thé", "thé"},
    {"punctuation", "Hello, world! (yes) «oui» “ja” 。", "Hello world yes oui ja "},
    {"punctuation", "3.5 -2 1,000 1,5 .5 -.5", "3.5 -2 1000 1,5 .5 -.5"},
    {"punctuation", "12,345,678.9 1990-1995 10:30", "12345678.9 1990-1995 10:30"},
    {"punctuation", "$5 -$5 €5 50%", "5 -5 €5 50"},
    {"punctuation", "a-b - c -d 5- x-2", "ab  c d 5 x2"},
    {"punctuation", "end 3. 4 ...5", "end 3 4 5"},
    {"punctuation", "\u22123 a\u2212b", "-3 ab"},
    {"punctuation", "1234,567 1,2345", "1234,567 1,2345"},
    {"whitespace", " a\t\n b\u00a0\u3000c\u2028 ", "a b c"},
    {"whitespace", "", ""},
    {"whitespace", " \n ", ""},
    {"instruction_induction", "cats and dogs and-or. X\nY", "cats dogs and or"},
};

TEST(Normalizer, EachStepDoesWhatItsNameSays) {
  for (const NormalizeCase& row : kNormalizeCases) {
    EXPECT_EQ(normalized({row.step}, row.text), row.expected) << row.step << ": " << row.text;
  }
}

TEST(Normalizer, TheOrderOfTheNamesDoesNotMatter) {
  const std::string text = "  The \"A.\" École,  is 3.5 ";
  EXPECT_EQ(normalized({"case", "punctuation", "articles", "whitespace"}, text), "école is 3.5");
  EXPECT_EQ(normalized({"whitespace", "articles", "punctuation", "case"}, text), "école is 3.5");
  EXPECT_EQ(normalized({}, text), text);
}

TEST(Normalizer, AnUnknownStepNamesTheNearest) {
  EXPECT_THAT(failure_of([] { normalized({"puntuation"}, ""); }),
              FailsWith(ErrorKind::config,
                        AllOf(HasSubstr("\"puntuation\""), HasSubstr("mean \"punctuation\"?"))));
}

TEST(Normalizer, HostileTextCostsLinearTime) {
  std::string marks = "e";  // alternating combining classes 230 and 220, to be sorted
  while (marks.size() < 1'000'000) marks += "\u0301\u0316";
  const std::string texts[] = {marks,
                               std::string(1'000'000, '\xff'),
                               std::string(1'000'000, '\0'),
                               std::string(1'000'000, '-'),
                               std::string(1'000'000, '1'),
                               std::string(1'000'000, '.'),
                               std::string(1'000'000, ' ')};
  for (const std::string& text : texts) {
    const auto start = std::chrono::steady_clock::now();
    normalized(Normalizer::known_steps(), text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  }
}

}  // namespace
}  // namespace zopo::score
