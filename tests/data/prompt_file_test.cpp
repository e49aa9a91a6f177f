#include "zopo/data/prompt_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"

namespace zopo::data {
namespace {

TEST(PromptFile, IsTakenByteForByteButForItsLastLineEnd) {
  const std::string prompt = "\n# Role\r\n\n- {{a}} { \"b\": [] }\n```\n  code\n```\n\n";
  EXPECT_EQ(parse_prompt(prompt + "\n", "p.md"), prompt);
  EXPECT_EQ(parse_prompt("\xEF\xBB\xBFone", "p.md"), "one");
}

TEST(PromptFile, CarriageReturnsGoWhereEveryLineEndsInOne) {
  EXPECT_EQ(parse_prompt("a\r\nb\r\n", "p.md"), "a\nb");
  EXPECT_EQ(parse_prompt("a\r\nb\nc", "p.md"), "a\r\nb\nc");  // as it was meant
  EXPECT_EQ(parse_prompt("a\rb", "p.md"), "a\rb");
}

TEST(PromptFile, WhatIsNoPromptIsRefused) {
  for (const char* wrong : {"", "\n", " \t\n\n", "\xff"}) {
    EXPECT_THAT(test::failure_of([&] { parse_prompt(wrong, "p.md"); }),
                test::FailsWith(ErrorKind::data, testing::HasSubstr("p.md: ")));
  }
}

}  // namespace
}  // namespace zopo::data
