// What models say around an instruction goes; what is none is refused, with the reason.
#include "zopo/task/clean_instruction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zopo::task {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  const char* reply;
  const char* instruction;
};

TEST(CleanInstruction, MetaTextNumberingAndQuotesGo) {
  const Case cases[] = {
      {"Write the plural.", "Write the plural."},
      {"  write the plural.\n", "Write the plural."},
      {"The instruction was to reverse each word.", "Reverse each word."},
      {"The instruction was likely to \"reverse each word.\"", "Reverse each word."},
      {"Based on the pairs, the instruction was to list the letters.", "List the letters."},
      {"Sure! Here is the instruction:\n\nList the letters.", "List the letters."},
      {"Certainly. Here's one possible wording: \"List the letters.\"", "List the letters."},
      {"**Instruction:** List the letters.", "List the letters."},
      {"Instruction: \"List the letters.\"", "List the letters."},
      {"1. List the letters.", "List the letters."},
      {"- List the letters.", "List the letters."},
      {"“List the letters.”", "List the letters."},
      {"```\nList the letters.\n```", "List the letters."},
      {"<think>hm: plural?</think>\nWrite the plural.", "Write the plural."},
      {"The instruction was to: \"list the letters.\"", "List the letters."},
      {"The task is to write the plural.", "Write the plural."},
      {"List the\nletters.\n\nThis instruction tells the reader to ..", "List the letters."},
      {"Schreibe die Mehrzahl des Wortes.", "Schreibe die Mehrzahl des Wortes."},
      {"写出反义词。", "写出反义词。"},
      // What an instruction may well begin with stays.
      {"The answer must be one word: the plural.", "The answer must be one word: the plural."},
      {"The output is the plural of the input.", "The output is the plural of the input."},
      {"Given a noun, write its plural.", "Given a noun, write its plural."},
      {"Say \"yes\" or \"no\".", "Say \"yes\" or \"no\"."},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(clean_instruction(c.reply, false).instructions, ElementsAre(c.instruction))
        << c.reply;
  }
}

TEST(CleanInstruction, ANumberedListIsSeveral) {
  EXPECT_THAT(
      clean_instruction("Here are two:\n1. List the letters.\n2) \"Spell the word.\"\n", false)
          .instructions,
      ElementsAre("List the letters.", "Spell the word."));
}

struct Refused {
  std::string reply;
  Unusable why;
};

TEST(CleanInstruction, WhatIsNoneIsRefusedWithTheReason) {
  std::string words;
  for (int i = 0; i < 40; ++i) words += "the the of ";
  const Refused cases[] = {
      {"", Unusable::empty},
      {" \n\"\"\n", Unusable::empty},
      {"I'm sorry, but I can't help with that.", Unusable::refusal},
      {"As an AI language model, I have no instruction.", Unusable::refusal},
      {"I cannot determine the instruction.", Unusable::refusal},
      {"Input: cat\nOutput: cats", Unusable::echo},
      {std::string(1 << 20, 'a'), Unusable::too_long},
      {std::string(kLongestInstruction + 1, 'a'), Unusable::too_long},
      {"12 34 56 !! ??", Unusable::nonsense},
      {words, Unusable::nonsense},
      {std::string("\x01\x02\xff\xfe"), Unusable::nonsense},
  };
  for (const Refused& c : cases) {
    const CleanedReply cleaned = clean_instruction(c.reply, false);
    EXPECT_THAT(cleaned.instructions, IsEmpty()) << c.reply.substr(0, 60);
    EXPECT_EQ(cleaned.why, c.why) << c.reply.substr(0, 60);
  }
}

TEST(CleanInstruction, TheLineThatWasCutIsNotUsed) {
  EXPECT_THAT(clean_instruction("List the letters.\n\nThis works bec", true).instructions,
              ElementsAre("List the letters."));
  EXPECT_EQ(clean_instruction("List the let", true).why, Unusable::truncated);
}

}  // namespace
}  // namespace zopo::task
