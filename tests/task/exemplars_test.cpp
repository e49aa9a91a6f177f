#include "zopo/task/exemplars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "zopo/base/error.h"
#include "zopo/task/prompt.h"

namespace zopo::task {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

data::Dataset train() {
  data::Dataset made{"train", {}};
  for (int i = 0; i < 6; ++i) {
    const std::string n = std::to_string(i);
    made.examples.push_back({"in" + n, {"out" + n, "other"}, {{"hint", "h" + n}}});
  }
  return made;
}
const data::Dataset kExemplarTrain = train();
const ExemplarFormat kFormat("{{input}} > {{output}}", {"hint"});
const std::vector<std::string> kInstructions = {"A", "B"};

using Key = std::pair<std::string, std::vector<std::int64_t>>;
Key key(const Candidate& one) { return {one.instruction, one.exemplars}; }

TEST(ExemplarFormat, WritesOneAfterAnotherInTheirOrder) {
  EXPECT_EQ(kFormat(kExemplarTrain, std::vector<std::int64_t>{4, 1}), "in4 > out4\n\nin1 > out1");
  EXPECT_EQ(ExemplarFormat("{{hint}}: {{output}}", {"hint"})(kExemplarTrain,
                                                             std::vector<std::int64_t>{2}),
            "h2: out2");
}

TEST(ExemplarFormat, RefusesWhatTrainDoesNotHave) {
  EXPECT_THROW(ExemplarFormat("{{hnit}} {{output}}", {"hint"}), Failure);
  EXPECT_THROW(ExemplarFormat("{{input}}", {}), Failure);
}

TEST(SampleCandidates, AreDistinctAndTakeTheInstructionsInTurn) {
  const auto domain = sample_candidates(kInstructions, kExemplarTrain, kFormat,
                                        {.count = 3, .sample = 40, .seed = 1});
  ASSERT_EQ(domain.size(), 40u);
  std::set<Key> keys;
  for (const Candidate& one : domain) {
    keys.insert(key(one));
    ASSERT_EQ(one.exemplars.size(), 3u);
    EXPECT_EQ(std::set<std::int64_t>(one.exemplars.begin(), one.exemplars.end()).size(), 3u);
    EXPECT_EQ(one.shown, kFormat(kExemplarTrain, one.exemplars));
  }
  EXPECT_EQ(keys.size(), 40u);
  // A draw that is there already is passed over, and the next instruction's turn comes.
  const auto first = std::count_if(domain.begin(), domain.end(),
                                   [](const Candidate& one) { return one.instruction == "A"; });
  EXPECT_NEAR(static_cast<double>(first), 20, 3);
}

TEST(SampleCandidates, AreTheSameForASeedAndOthersForAnother) {
  const auto keys = [](std::uint64_t seed) {
    std::vector<Key> all;
    for (const Candidate& one : sample_candidates(kInstructions, kExemplarTrain, kFormat,
                                                  {.count = 2, .sample = 8, .seed = seed}))
      all.push_back(key(one));
    return all;
  };
  EXPECT_EQ(keys(1), keys(1));
  EXPECT_NE(keys(1), keys(2));
}

TEST(SampleCandidates, EndWhereThereAreNoMore) {
  const std::vector<std::string> one = {"A"};
  EXPECT_EQ(sample_candidates(one, kExemplarTrain, kFormat, {.count = 1, .sample = 100}).size(),
            6u);
}

TEST(VaryCandidate, ChangesOneThing) {
  const auto known = sample_candidates(kInstructions, kExemplarTrain, kFormat,
                                       {.count = 3, .sample = 10, .seed = 1});
  const Candidate& best = known[0];
  const auto varied = vary_candidate(best, known, kExemplarTrain, kFormat, 9, 1, 0);
  ASSERT_EQ(varied.size(), 9u);
  std::set<std::string> ways;
  for (const Candidate& one : varied) {
    ways.insert(one.way);
    EXPECT_EQ(one.shown, kFormat(kExemplarTrain, one.exemplars));
    const bool same_instruction = one.instruction == best.instruction;
    EXPECT_EQ(same_instruction, one.way != "instruction");
    std::size_t moved = 0;
    for (std::size_t i = 0; i < 3; ++i) moved += one.exemplars[i] != best.exemplars[i];
    EXPECT_EQ(moved, one.way == "swap" ? 1u : one.way == "reorder" ? 2u : 0u);
    EXPECT_TRUE(std::none_of(known.begin(), known.end(),
                             [&](const Candidate& other) { return other.is_same(one); }));
  }
  EXPECT_TRUE(ways.contains("swap"));
  EXPECT_TRUE(ways.contains("reorder"));
}

TEST(VaryCandidate, EndsWhereNothingElseCanBeChanged) {
  const std::vector<std::string> one = {"A"};
  const auto known = sample_candidates(one, kExemplarTrain, kFormat, {.count = 1, .sample = 6});
  EXPECT_TRUE(vary_candidate(known[0], known, kExemplarTrain, kFormat, 5, 1, 0).empty());
}

TEST(PromptWithExemplars, ShowsThemAndLeavesNoGapWithoutThem) {
  const PromptTemplate prompt({{"user", "{{instruction}}\n\n{{exemplars}}\n\nIn: {{input}}"}}, {},
                              true);
  Candidate candidate = "Do it.";
  EXPECT_EQ(prompt.fill(candidate, {"x", {"y"}, {}})[0].content, "Do it.\n\nIn: x");
  candidate.shown = "a > b";
  EXPECT_EQ(prompt.fill(candidate, {"x", {"y"}, {}})[0].content, "Do it.\n\na > b\n\nIn: x");
}

TEST(PromptWithExemplars, PlaceholderAndSettingGoTogether) {
  const auto refusal = [](const std::string& content, bool with) {
    try {
      PromptTemplate({{"user", content}}, {}, with);
    } catch (const Failure& failure) {
      return std::string(failure.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal("{{instruction}} {{exemplars}} {{input}}", false),
              HasSubstr("candidates have none"));
  EXPECT_THAT(refusal("{{instruction}} {{input}}", true), HasSubstr("no {{exemplars}}"));
}

}  // namespace
}  // namespace zopo::task
