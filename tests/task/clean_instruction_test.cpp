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
      // As a small model writes.
      {"The instruction was \"List all the letters.\" A teacher then had to check them.",
       "List all the letters."},
      {"The rule is \"Never write more than one word.\"", "Never write more than one word."},
      {"The original instruction was: \"throw it on the table.\"\n\nOutput: thrown",
       "Throw it on the table."},
      {"Here is the instruction: \"A sentence with the word \"test\" has no comma.\"",
       "A sentence with the word \"test\" has no comma."},
      {"The instruction is: \"Give all items; but the others do not count.\n\nExample answer:",
       "Give all items; but the others do not count."},
      {"This is the first and only rule of a style guide: Say it in other words.",
       "Say it in other words."},
      {"The first and only rule of a style guide is:\n\nSay it in other words.",
       "Say it in other words."},
      {"The instructions to \"Repeat\" were as follows:\n\n1. Repeat the input.\n\nOutput: x",
       "Repeat the input."},
      // What an instruction may well begin with stays.
      {"Answer the question below:", "Answer the question below:"},
      {"The user will give a noun; write its plural.",
       "The user will give a noun; write its plural."},
      {"I want you to write the plural.", "I want you to write the plural."},
      {"I will give you a noun. Write its plural.", "I will give you a noun. Write its plural."},
      {"\"Yes\" or \"no\"", "\"Yes\" or \"no\""},
      {"\"Yes\" where it is right, else \"no\".", "\"Yes\" where it is right, else \"no\"."},
      {"Print \"none\"", "Print \"none\""},
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
      {"The instruction provided a list of actions, but no context.", Unusable::about},
      {"This instruction requires the creation of a list.", Unusable::about},
      {"The instructions are for the \"throw\" action of a hero.", Unusable::about},
      {"A simple explanation of the instructions is that they are one.", Unusable::about},
      {"I was given an instruction to write a sentence.", Unusable::about},
      {"I'm here to assist you with your writing. Here's a revised version:", Unusable::about},
      {"I'll provide an example of an instruction to remove words.\n\nSentence: \"A man.\"",
       Unusable::about},
      {"In this context, the term refers to manipulation.", Unusable::about},
      {"A user asked: \"What can be said of heroes?\"\n\nThe instruction asked to describe them.",
       Unusable::about},
      {"Here's the instruction with the corresponding output.\n\nIn a situation where",
       Unusable::about},
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
  // It leads on to what was cut.
  EXPECT_EQ(clean_instruction("The answer is as follows:\n\nList the let", true).why,
            Unusable::truncated);
}

}  // namespace
}  // namespace zopo::task
