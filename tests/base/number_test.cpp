#include "zopo/base/number.h"

#include <gtest/gtest.h>

#include <optional>

namespace zopo {
namespace {

struct NumberCase {
  const char* text;
  const char* numbers;  // all of them, joined by blanks
};

const NumberCase kNumberCases[] = {
    {"42", "42"},
    {"-42", "-42"},
    {"+42", "42"},
    {"3.5", "3.5"},
    {"-0.25", "-0.25"},
    {".5", "0.5"},
    {"-.5", "-0.5"},
    {"1,234", "1234"},
    {"1,234,567.89", "1234567.89"},
    {"12,34", "12.34"},
    {"3,5", "3.5"},
    {"0,125", "0.125"},
    {"1.234,5", "1234.5"},
    {"1.234.567", "1234567"},
    {"1.234.567,8", "1234567.8"},
    {"1.234", "1.234"},
    {"1'234.5", "1234.5"},
    {"1\u2019234", "1234"},
    {"1\u00a0234\u00a0567,5", "1234567.5"},
    {"1\u202f234", "1234"},
    {"1 234", "1 234"},
    {"1,2,3", "1 2 3"},
    {"1,2345", "1.2345"},
    {"12345,678", "12345 678"},
    {"1,234,5", "1 234 5"},
    {"$1,234.50", "1234.50"},
    {"-$5", "-5"},
    {"-€5", "-5"},
    {"$-5", "-5"},
    {"€ 7", "7"},
    {"50%", "50"},
    {"\u22127", "-7"},
    {"5-3", "5 3"},
    {"5 - 3", "5 3"},
    {"(3)-1", "3 1"},
    {"gpt-4", "4"},
    {"x = -2", "-2"},
    {"1e3", "1e3"},
    {"1.5E-6", "1.5E-6"},
    {"1e", "1"},
    {"2em", "2"},
    {"18.", "18"},
    {"18, 19", "18 19"},
    {"1.2.3", "1.2 3"},
    {"...5", "5"},
    {"3/4", "3 4"},
    {"10:30", "10 30"},
    {"no number", ""},
    {"", ""},
    {"-", ""},
    {".", ""},
    {"#### 18", "18"},
    {"007", "007"},
    {"0", "0"},
    {"-0", "-0"},
    {"1,000,000 and 2.5", "1000000 2.5"},
    {"٣", ""},
    {"Rs.500", "500"},
    {"x<<16-3-4=9>>9", "16 3 4 9 9"},
    {"$2.00.", "2.00"},
    {"US$1,000", "1000"},
};

std::string numbers_in(const std::string& text) {
  std::string found;
  for (auto number = next_number(text); number; number = next_number(text, number->end)) {
    found += (found.empty() ? "" : " ") + number->plain;
  }
  return found;
}

TEST(Number, NumbersAreFoundInTextAndWrittenPlainly) {
  for (const NumberCase& row : kNumberCases)
    EXPECT_EQ(numbers_in(row.text), row.numbers) << row.text;
}

TEST(Number, OnlyASingleNumberHasAValue) {
  EXPECT_EQ(single_number("about $1,234.50 each"), 1234.5);
  EXPECT_EQ(single_number("-3"), -3.0);
  EXPECT_EQ(single_number("1 or 2"), std::nullopt);
  EXPECT_EQ(single_number("none"), std::nullopt);
  EXPECT_EQ(single_number("1e999"), std::nullopt);
  EXPECT_EQ(single_number(std::string(400, '9')), std::nullopt);
}

TEST(Number, HostileTextCostsLinearTime) {
  std::string dotted, grouped = "1", exponents;
  while (dotted.size() < 1'000'000) {
    dotted += "1.";
    grouped += ",111";
    exponents += "1e";
  }
  for (const std::string& text :
       {dotted, grouped, exponents, std::string(1'000'000, '1'), std::string(1'000'000, '-')}) {
    last_number(text);
    single_number(text);
  }
}

}  // namespace
}  // namespace zopo
