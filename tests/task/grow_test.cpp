#include "zopo/task/grow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zopo::task {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Replies in turn, and keeps what it was asked.
class Writer final : public llm::Chat {
 public:
  explicit Writer(std::vector<std::string> replies) : replies_(std::move(replies)) {}
  std::vector<llm::ChatReply> complete(std::span<const llm::ChatRequest> requests) override {
    std::vector<llm::ChatReply> all;
    for (const llm::ChatRequest& request : requests) {
      asked.push_back(request.messages.back().content);
      llm::ChatReply reply;
      reply.state = llm::ReplyState::ok;
      reply.text = replies_.at((asked.size() - 1) % replies_.size());
      all.push_back(reply);
    }
    return all;
  }
  std::vector<std::string> asked;

 private:
  std::vector<std::string> replies_;
};

const data::Dataset kTrain{"train", {{"cat", {"cats"}, {}}, {"dog", {"dogs"}, {}}}};
const std::vector<Scored> kAround = {{"Write it.", 0.25}, {"Write the plural.", 0.5}};

std::vector<std::string> prompts(const Generation& made) {
  std::vector<std::string> all;
  for (const Generated& one : made.candidates) all.push_back(one.prompt);
  return all;
}

TEST(Grow, ShowsScoresWorstFirstAndDemonstrations) {
  Writer writer({"Say the plural form of the word."});
  grow(writer, kTrain, kAround, {}, {.replies = 1});
  const std::string& asked = writer.asked.at(0);
  EXPECT_THAT(asked, HasSubstr("Instruction: Write it.\nRight: 25 of 100\n\n"
                               "Instruction: Write the plural.\nRight: 50 of 100"));
  EXPECT_THAT(asked, HasSubstr("Input: dog\nOutput: dogs"));
}

TEST(Grow, KeepsWhatIsNeitherKnownNorARepetition) {
  Writer writer({"Write the plural!", "Form the plural of this noun.",
                 "form the PLURAL of this noun", "I'm sorry, but I cannot help with that."});
  const std::vector<std::string> known = {"Write it.", "Write the plural."};
  const Generation made = grow(writer, kTrain, kAround, known, {.replies = 4});
  EXPECT_THAT(prompts(made), ElementsAre("Form the plural of this noun."));
  EXPECT_EQ(made.dropped.at("normalized"), 2);
  EXPECT_EQ(made.dropped.at("refusal"), 1);
  EXPECT_STREQ(to_string(made.candidates[0].way), "neighbor");
}

TEST(Grow, NeverGivesMoreThanAReplyEach) {
  Writer writer({"1. Double every letter.\n2. Spell it out loud.\n3. Turn the vowels round."});
  EXPECT_EQ(grow(writer, kTrain, kAround, {}, {.replies = 2}).candidates.size(), 2u);
}

TEST(Grow, DoesWithoutExamples) {
  Writer writer({"Say the plural form of the word."});
  const data::Dataset none;
  EXPECT_EQ(grow(writer, none, kAround, {}, {.replies = 1}).candidates.size(), 1u);
  EXPECT_THAT(writer.asked.at(0), testing::Not(HasSubstr("Output:")));
}

TEST(Grow, NeighborIsNoWayToAskFor) { EXPECT_THROW(way_of("neighbor"), Failure); }

}  // namespace
}  // namespace zopo::task
