// The prompts that cost nothing, as a task's settings and its train examples give them.

#include <gmock/gmock.h>

#include "zopo/run/writing.h"

namespace zopo::run {
namespace {

using testing::ElementsAre;

class Seeds : public testing::Test {
 protected:
  Seeds() {
    settings_.candidates.write = settings::CandidateSettings::Write{};
    settings_.metrics.emplace_back();
    train_.examples = {{"where is it", {"late"}, {}}, {"it broke", {"bug"}, {}}};
  }

  std::vector<std::string> seeds() const {
    std::vector<std::string> texts;
    for (const write::Written& seed : seeds_of(settings_, train_, {})) texts.push_back(seed.prompt);
    return texts;
  }

  settings::Settings settings_;
  data::Dataset train_;
};

TEST_F(Seeds, TheChoicesOfTheMetricAreTheLabelsThoughTrainLacksSome) {
  EXPECT_THAT(seeds(), ElementsAre("Answer with one word and nothing else."));
  settings_.metrics.front().name = "multiple_choice";
  settings_.metrics.front().options = {{"choices", {"late", "bug", "billing"}}};
  EXPECT_THAT(seeds(), ElementsAre("Answer with one of: billing, bug, late."));
}

TEST_F(Seeds, ThePromptInUseComesFirstAndWithTheFormSaid) {
  settings_.baseline = "Sort it.";
  EXPECT_THAT(seeds(), ElementsAre("Sort it.", "Sort it. Answer with one word and nothing else.",
                                   "Answer with one word and nothing else."));
}

}  // namespace
}  // namespace zopo::run
