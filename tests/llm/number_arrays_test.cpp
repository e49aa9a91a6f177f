#include "llm/number_arrays.h"

#include <gtest/gtest.h>

#include <cmath>

namespace zopo::llm {
namespace {

std::optional<float> first_of(const std::string& array) {
  const auto taken = take_number_arrays_out(array);
  if (!taken || taken->arrays.size() != 1) return std::nullopt;
  return taken->arrays.front().front();
}

TEST(NumberArrays, StandByThemselvesAndTheRestNamesThem) {
  const auto taken = take_number_arrays_out(
      R"({"a":[1, -2.5e1 ,3],"[4]":"\"[5]\\","b":[[6],{"c":[ 7.5]}],"d":[],"e":["x",8]})");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->rest, R"({"a":[0],"[4]":"\"[5]\\","b":[[1],{"c":[2]}],"d":[],"e":["x",8]})");
  EXPECT_EQ(taken->arrays, (std::vector<std::vector<float>>{{1, -25, 3}, {6}, {7.5}}));
}

TEST(NumberArrays, FloatsAreThoseOfTheNearestDouble) {
  EXPECT_EQ(first_of("[0.1]"), 0.1F);
  EXPECT_EQ(first_of("[1e38]"), 1e38F);
  EXPECT_EQ(first_of("[999999999999999]"), 999999999999999.0F);
  // Half-way between two floats for the double that lies nearest, above it as written.
  EXPECT_EQ(first_of("[1.00000005960464477540000000001]"),
            static_cast<float>(1.00000005960464477540000000001));
  EXPECT_TRUE(std::signbit(first_of("[-0.0]").value()));
  EXPECT_FALSE(std::signbit(first_of("[-0]").value()));
}

TEST(NumberArrays, WhatADocumentReadsOtherwiseOrNotAtAllIsLeftToIt) {
  for (const char* const text :
       {"[1,\"x\"]", "[1,[2]]", "[1,]", "[1", "[1 2]", "[1}", "[01]", "[-]", "[1.]", "[1e]", "[+1",
        "[-Infinity]", "[1e39]", "[1e999]", "[1e-999]", "[1234567890123456]", "[1,NaN]", "[0x1]"}) {
    const auto taken = take_number_arrays_out(text);
    EXPECT_TRUE(!taken || taken->arrays.empty()) << text;
  }
}

}  // namespace
}  // namespace zopo::llm
