#include "zopo/data/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/candidates_text.h"
#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using test::TempDir;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Candidates parse(const std::string& text, const std::string& extension) {
  return parse_candidates(text, "c" + extension, extension);
}

std::optional<Error> failure_in(const std::string& text, const std::string& extension) {
  return failure_of([&] { parse(text, extension); });
}

TEST(Candidates, OneALineAsItStands) {
  EXPECT_THAT(parse("\xEF\xBB\xBFWrite it.\r\n Do\\nthat\n\n\n", ".txt").prompts,
              ElementsAre("Write it.", " Do\\nthat"));
}

TEST(Candidates, JsonlHoldsTextsOrObjects) {
  EXPECT_THAT(parse("\"a\\nb\"\n\n{\"prompt\": \"c\", \"id\": 3}\n", ".jsonl").prompts,
              ElementsAre("a\nb", "c"));
}

TEST(Candidates, CsvHasAColumnOfPrompts) {
  EXPECT_THAT(parse("id,prompt\n1,\"a, \"\"b\"\"\nc\"\n2, d \n", ".csv").prompts,
              ElementsAre("a, \"b\"\nc", " d "));
}

TEST(Candidates, LoadsByExtension) {
  const TempDir dir;
  EXPECT_THAT(load_candidates(dir.write("c.TXT", "a\n")).prompts, ElementsAre("a"));
  EXPECT_THAT(failure_of([&] { load_candidates(dir.write("c.docx", "a")); }),
              FailsWith(ErrorKind::data, HasSubstr(".txt")));
}

TEST(Candidates, YamlListsWholePrompts) {
  EXPECT_THAT(parse("- |\n  # Role\n  - a\n- prompt: b\n", ".yaml").prompts,
              ElementsAre("# Role\n- a\n", "b"));
  EXPECT_THAT(parse("prompts:\n- a\n", ".yml").prompts, ElementsAre("a"));
}

TEST(Candidates, OfAGlobEveryFileIsOnePrompt) {
  const TempDir dir;
  const auto first = dir.write("b.md", "# B\n\n- one\n\n");
  dir.write("a.md", "A");
  EXPECT_THAT(load_candidates(std::vector{first.parent_path() / "*.md"}).prompts,
              ElementsAre("A", "# B\n\n- one\n"));
  const auto text = dir.write("c.txt", "# C\n\nc\n");
  EXPECT_THAT(load_candidates(std::vector{first, text}).prompts,
              ElementsAre("# B\n\n- one\n", "# C\n\nc"));
  EXPECT_THAT(failure_of([&] { load_candidates(std::vector{first.parent_path() / "*.prompt"}); }),
              FailsWith(ErrorKind::data, HasSubstr("no file matches")));
}

TEST(Candidates, ATxtThatLooksLikeOnePromptIsRefusedWithTheWayOut) {
  for (const char* text : {"# Role\nYou help.\n", "You help.\n- be brief\n", "a\n1. b\n",
                           "a\n```\nb\n", "You help.\n\nBe brief.\n"}) {
    EXPECT_THAT(failure_in(text, ".txt"), FailsWith(ErrorKind::data, HasSubstr("prompts/*.md")))
        << text;
  }
  EXPECT_THAT(parse("3 words at most.\n-1 is a number\n#1 rule: be kind\n", ".txt").prompts.size(),
              3);
}

TEST(Candidates, EqualOnesAndThoseThatAKeyMakesOneAreGrouped) {
  const std::vector<std::string> prompts = {"a b", "x", "A b", "a b", "", " ", "x", "c"};
  EXPECT_THAT(equal_candidates(prompts), ElementsAre(ElementsAre(0, 3), ElementsAre(1, 6)));
  EXPECT_THAT(equal_candidates({"a", "b"}), IsEmpty());
  const auto key = [](std::string_view prompt) { return fold_case(trim(prompt)); };
  EXPECT_THAT(alike_candidates(prompts, key), ElementsAre(ElementsAre(0, 2, 3)));
}

TEST(Candidates, WhatIsWrongIsSaidWithItsLine) {
  struct Case {
    const char* text;
    const char* extension;
    const char* message;
  };
  const Case cases[] = {
      {"a\n\nb\n", ".txt", "c.txt:2: an empty candidate"},
      {"a\n \t\nb\n", ".txt", "c.txt:2: an empty candidate"},
      {"", ".txt", "c.txt: no candidates"},
      {"\n\n", ".txt", "c.txt: no candidates"},
      {"a\n\xff\n", ".txt", "c.txt:2: this line is not valid UTF-8"},
      {"\"a\"\n{\"promt\": \"b\"}", ".jsonl", "c.jsonl:2: expected a text"},
      {"\"a\"\n3", ".jsonl", "c.jsonl:2: expected a text"},
      {"\"a\"\n\"\"", ".jsonl", "c.jsonl:2: an empty candidate"},
      {"\"a\"\n{", ".jsonl", "c.jsonl:2:2: not valid JSON"},
      {"id\n1\n", ".csv", "c.csv:2: expected a text"},
      {"prompt\n\"\"\n", ".csv", "c.csv:2: an empty candidate"},
      {"prompt\n\"a", ".csv", "c.csv:2: a quoted cell"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(failure_in(c.text, c.extension), FailsWith(ErrorKind::data, HasSubstr(c.message)));
  }
}

}  // namespace
}  // namespace zopo::data
