#include "zopo/write/reply.h"

#include <gmock/gmock.h>

namespace zopo::write {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> prompts_of(std::string_view reply,
                                    std::size_t most = 1,
                                    bool truncated = false) {
  return prompts_in(reply, {"prompt", most, truncated});
}

TEST(ReplyProtocol, WhatStandsBetweenTheMarksIsThePromptByteForByte) {
  const std::string prompt =
      "# Role\r\n\r\nYou sort mail.\r\n\r\n## Rules\n1. Read {{context}}.\n2. Say `{\"a\": 1}`:\n\n"
      "```json\n{\"label\": \"x\"}\n```\n\n- a\n  - b";
  EXPECT_THAT(prompts_of("They fail since ..\n<prompt>\n" + prompt + "\n</prompt>\nDone."),
              ElementsAre(prompt));
  EXPECT_THAT(prompts_of("<prompt>" + prompt + "</prompt>"), ElementsAre(prompt));
  const std::string long_one(30000, 'x');
  EXPECT_THAT(prompts_of("<prompt>\n" + long_one + "\n</prompt>"), ElementsAre(long_one));
}

TEST(ReplyProtocol, TheFirstLineKeepsItsIndentation) {
  EXPECT_THAT(prompts_of("<prompt>\n\n  - a\n  - b\n\n</prompt>"), ElementsAre("  - a\n  - b"));
}

TEST(ReplyProtocol, ThoughtBeforeTheMarksIsNoPrompt) {
  EXPECT_THAT(prompts_of("1. First I look.\n2. Then I write.\n<prompt>Sort it.</prompt>"),
              ElementsAre("Sort it."));
  EXPECT_THAT(prompts_of("<think>put it in <prompt>bad</prompt>?</think>\n<prompt>Good.</prompt>"),
              ElementsAre("Good."));
  EXPECT_THAT(prompts_of("so <prompt>bad</prompt>?</think><prompt>Good.</prompt>", 2),
              ElementsAre("bad", "Good."));
  EXPECT_THAT(prompts_of("hm, well</think>Good."), ElementsAre("Good."));
  EXPECT_THAT(prompts_of("<think>never ends"), IsEmpty());
  EXPECT_THAT(prompts_of("It goes into <prompt> marks.\n<prompt>Good.</prompt>"),
              ElementsAre("Good."));
}

TEST(ReplyProtocol, ADraftBeforeTheLastPromptDoesNotCount) {
  EXPECT_THAT(prompts_of("<prompt>a</prompt> no: <prompt>b</prompt>"), ElementsAre("b"));
}

TEST(ReplyProtocol, SeveralPromptsStandInOneReply) {
  EXPECT_THAT(prompts_of("<prompt>a</prompt>\n<prompt>b\nc</prompt><prompt>d</prompt>", 3),
              ElementsAre("a", "b\nc", "d"));
  EXPECT_THAT(prompts_of("<prompt>a</prompt><prompt>b</prompt><prompt>c</prompt>", 2),
              ElementsAre("b", "c"));
}

TEST(ReplyProtocol, MarksInsideOfMarksBelongToThePrompt) {
  EXPECT_THAT(prompts_of("<prompt>Write <prompt>x</prompt> back.</prompt>", 5),
              ElementsAre("Write <prompt>x</prompt> back."));
}

TEST(ReplyProtocol, AMarkWithoutItsPartnerIsText) {
  EXPECT_THAT(prompts_of("</prompt> <prompt>a</prompt>"), ElementsAre("a"));
  EXPECT_THAT(prompts_of("<prompt>\nto the end"), ElementsAre("to the end"));
  EXPECT_THAT(prompts_of("Say yes.</prompt>"), ElementsAre("Say yes."));
}

TEST(ReplyProtocol, AnotherMarkIsText) {
  EXPECT_THAT(prompts_in("<prompt-2>a <prompt>b</prompt></prompt-2>", {"prompt-2", 1, false}),
              ElementsAre("a <prompt>b</prompt>"));
}

TEST(ReplyProtocol, WithoutMarksTheWholeReplyIsOnePrompt) {
  const std::string steps = "Do this:\n\n1. Read it.\n2. Sort it.\n\nShipping or billing.";
  EXPECT_THAT(prompts_of(steps, 3), ElementsAre(steps));
  EXPECT_THAT(prompts_of("\n\n" + steps + "\n\n"), ElementsAre(steps));
}

TEST(ReplyProtocol, WithoutMarksOneLineOfTalkAndOneFenceGo) {
  EXPECT_THAT(prompts_of("Sure! Here is the prompt:\n\nSay a or b."), ElementsAre("Say a or b."));
  EXPECT_THAT(prompts_of("Here's the new one:\n```text\nSay a.\n\nOr b.\n```"),
              ElementsAre("Say a.\n\nOr b."));
  EXPECT_THAT(prompts_of("```\nSay a.\n```"), ElementsAre("Say a."));
  EXPECT_THAT(prompts_of("````md\nSay\n```\na\n```\n````"), ElementsAre("Say\n```\na\n```"));
}

TEST(ReplyProtocol, NothingElseIsTakenForTalkOrFence) {
  for (const char* prompt :
       {"Answer with one of these:\n\n- a\n- b", "```\na\n```\nand\n```\nb\n```",
        "Sure thing, sort it.\nYes.", "# Task\n\nSort."})
    EXPECT_THAT(prompts_of(prompt), ElementsAre(prompt));
}

TEST(ReplyProtocol, ATruncatedReplyHasOnlyWhatIsClosed) {
  EXPECT_THAT(prompts_of("<prompt>a</prompt><prompt>b is c", 2, true), ElementsAre("a"));
  EXPECT_THAT(prompts_of("<prompt>b is c", 2, true), IsEmpty());
  EXPECT_THAT(prompts_of("Sort the mail by", 1, true), IsEmpty());
}

TEST(ReplyProtocol, AnOpeningMarkWithABlankIsOneToo) {
  EXPECT_THAT(prompts_of("< prompt>\nSort it.\n</prompt>"), ElementsAre("Sort it."));
}

TEST(ReplyProtocol, NothingIsNothing) {
  EXPECT_THAT(prompts_of(""), IsEmpty());
  EXPECT_THAT(prompts_of(" \n\t"), IsEmpty());
  EXPECT_THAT(prompts_of("```\n```"), IsEmpty());
  EXPECT_THAT(prompts_of("<prompt> \n</prompt>"), ElementsAre(""));
}

TEST(ReplyProtocol, AHundredThousandMarksAreReadInOneGo) {
  std::string opening, closing;
  for (int i = 0; i < 100000; ++i) {
    opening += "<prompt>";
    closing += "</prompt>";
  }
  EXPECT_EQ(prompts_of(opening + "a" + closing).size(), 1u);
  EXPECT_EQ(prompts_of(opening + "a").size(), 1u);
}

}  // namespace
}  // namespace zopo::write
