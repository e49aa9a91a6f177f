#include "zopo/write/acceptance.h"

#include <gmock/gmock.h>

#include "tests/write/examples.h"
#include "zopo/write/brief.h"

namespace zopo::write {
namespace {

class AcceptanceTest : public testing::Test {
 protected:
  AcceptanceTest() {
    options_.facts = facts_of(train_);
    options_.train = &train_;
    options_.dev = &dev_;
  }

  // Why not; "" when accepted.
  std::string why(const std::string& prompt) const {
    Acceptance acceptance(options_);
    for (const std::string& one : known_) acceptance.know(one);
    const auto no = acceptance.refuse(prompt);
    return no ? no->reason : "";
  }

  data::Dataset train_ = test::messages();
  data::Dataset dev_ = test::examples_of(
      {{"is it still on its way", "shipping"},
       {"I was charged for two lamps although I only ordered one of them", "billing"},
       {"hello", "shipping"}});
  AcceptanceOptions options_;
  std::vector<std::string> known_;
};

const std::string kGood = "Sort the message: answer billing or shipping.";

TEST_F(AcceptanceTest, APromptOfItsOwnIsAccepted) { EXPECT_EQ(why(kGood), ""); }

TEST_F(AcceptanceTest, WhatIsNoPromptIsDropped) {
  EXPECT_EQ(why(" \n"), "empty");
  EXPECT_EQ(why("I'm sorry, but I cannot help. billing shipping"), "refusal");
  EXPECT_EQ(why("I’m sorry, no. billing shipping"), "refusal");
  EXPECT_EQ(why("\x1b[2J billing shipping"), "bytes");
  EXPECT_EQ(why("billing \xff shipping"), "bytes");
  EXPECT_EQ(why("billing \xc2\x9b shipping"), "bytes");
  EXPECT_EQ(why(kGood + std::string(4000, 'x')), "too_long");
}

TEST_F(AcceptanceTest, AnEchoOfTheBriefIsDropped) {
  for (const std::string& own : own_words()) {
    if (own.size() > 80) {
      EXPECT_EQ(why(own + " billing shipping"), "echo") << own;
    }
  }
}

TEST_F(AcceptanceTest, WhatTheUserSaysIsNoEcho) {
  const std::string own = own_words().front();
  options_.user_prompt = own + " billing, shipping";
  EXPECT_EQ(why("Now: " + own + " Please say billing or shipping, in lower case, and no more."),
            "");
}

TEST_F(AcceptanceTest, EightWordsOfAnExampleInARowAreACopy) {
  EXPECT_EQ(why(kGood + " As in: parcel with the blue lamp has not come."), "copy");
  EXPECT_EQ(why(kGood + " As in: parcel with the blue lamp has not."), "");
  EXPECT_EQ(why(kGood + " So: charged for two lamps although I only ordered!"), "copy");
}

TEST_F(AcceptanceTest, AShortExampleIsACopyWhole) {
  EXPECT_EQ(why(kGood + " Is it still on its way? Then shipping."), "copy");
  EXPECT_EQ(why(kGood + " Say hello first."), "");
}

TEST_F(AcceptanceTest, WithoutLabelsAShortInputNeedsItsOutput) {
  train_ = test::examples_of({{"cat", "cats"}, {"dog", "dogs"}, {"ox", "oxen"}});
  dev_ = test::examples_of({{"mouse", "mice"}});
  options_.facts = facts_of(train_);
  EXPECT_EQ(why("Write the plural, as mouse becomes mice."), "copy");
  EXPECT_EQ(why("Write the plural, as cat becomes cats."), "copy");
  EXPECT_EQ(why("Write the plural of the word, be it a mouse."), "");
}

TEST_F(AcceptanceTest, WhereTheUsersPromptShowsExamplesOthersMay) {
  options_.user_prompt = kGood + "\n\nthe courier left it at the wrong door: shipping";
  EXPECT_EQ(why(kGood + " Take wrong sum on the invoice: billing, for one."), "");
  EXPECT_EQ(why(kGood + " Is it still on its way? Then shipping."), "copy");
}

TEST_F(AcceptanceTest, WhatMostExamplesShareIsTheTasksOwn) {
  train_.examples.clear();
  for (const char* word : {"red", "blue", "green", "grey"}) {
    train_.examples.push_back(
        {std::string("Which of the following words fits best in here: ") + word, {word}, {}});
  }
  options_.facts = {};
  EXPECT_EQ(why("Which of the following words fits best in here? Say it."), "");
}

TEST_F(AcceptanceTest, WhatIsLostIsDropped) {
  options_.lost = [](const std::string& prompt) -> std::optional<std::string> {
    if (prompt.find("{{context}}") != prompt.npos) return std::nullopt;
    return "{{context}}";
  };
  EXPECT_EQ(why(kGood), "lost");
  EXPECT_EQ(why(kGood + " {{context}}"), "");
}

TEST_F(AcceptanceTest, LabelsHaveToBeNamed) {
  EXPECT_EQ(why("Sort the message."), "labels");
  EXPECT_EQ(why("Is it about billing?"), "labels");
  options_.surroundings = "You say billing or shipping.\n{{instruction}}";
  EXPECT_EQ(why("Sort the message."), "");
}

TEST_F(AcceptanceTest, LabelsThatTheUsersPromptDoesWithoutNeedNotBeNamed) {
  options_.user_prompt = "Is it about shipping?";
  EXPECT_EQ(why("Decide whether it has to do with shipping or not."), "");
  EXPECT_EQ(why("Sort the message."), "labels");
}

TEST_F(AcceptanceTest, RepetitionsAreDropped) {
  known_ = {kGood};
  EXPECT_EQ(why(kGood), "exact");
  EXPECT_EQ(why("sort the message, answer billing or shipping"), "near");
  EXPECT_EQ(why("Sort the mail: answer billing or shipping, in one word."), "");
}

TEST_F(AcceptanceTest, AFewNewWordsInALongPromptAreARepetitionAndARuleMoreIsNot) {
  std::string long_one = kGood;
  for (int i = 0; i < 200; ++i) long_one += " word" + std::to_string(i);
  known_ = {long_one};
  EXPECT_EQ(why(long_one + " thank you"), "near");
  EXPECT_EQ(why(long_one + " Where both fit, take the one that the last sentence asks for."), "");
}

TEST_F(AcceptanceTest, NearIsOffAtOne) {
  known_ = {kGood};
  options_.near = 1;
  EXPECT_EQ(why("sort the message, answer billing or shipping"), "");
  EXPECT_EQ(why(kGood), "exact");
}

TEST_F(AcceptanceTest, WhatWasAcceptedIsKnown) {
  Acceptance acceptance(options_);
  EXPECT_FALSE(acceptance.refuse(kGood));
  EXPECT_EQ(acceptance.refuse(kGood)->reason, "exact");
}

}  // namespace
}  // namespace zopo::write
