// References of the data that the default normalisation would make one.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "zopo/score/metric.h"

namespace zopo::score {
namespace {

using Lists = std::vector<std::vector<std::string>>;

std::unique_ptr<Metric> metric_for(const char* name,
                                   const Lists& references,
                                   bool only_look = false) {
  auto metric = make_metric(name, conventional_normalization(name), {});
  metric->keep_apart(references, only_look);
  return metric;
}

std::optional<Metric::Alike> alike(const char* name, const Lists& references) {
  return make_metric(name, conventional_normalization(name), {})->keep_apart(references, true);
}

struct ApartCase {
  const char* metric;
  Lists references;
  const char *answer, *reference;
  double score;
};

TEST(KeptApart, ReferencesThatNormaliseAlikeAreComparedByTheMostThatKeepsThemApart) {
  const ApartCase cases[] = {
      // marks within a word
      {"exact_match", {{"its"}, {"it's"}}, "it's", "its", 0},
      {"exact_match", {{"its"}, {"it's"}}, "It's.", "it's", 1},
      {"exact_match", {{"re-sign"}, {"resign"}}, "resign", "re-sign", 0},
      // marks at the end
      {"exact_match", {{"Come!"}, {"Come?"}}, "come?", "Come!", 0},
      {"exact_match", {{"Come!"}, {"Come?"}}, "COME!", "Come!", 1},
      // marks alone
      {"exact_match", {{"] ) ]"}, {") ] ]"}}, ") ] ]", "] ) ]", 0},
      {"exact_match", {{":)"}, {":("}, {"!"}}, ":)", ":)", 1},
      {"exact_match", {{":)"}, {":("}, {"!"}}, ":(", ":)", 0},
      // case
      {"exact_match", {{"Polish"}, {"polish"}}, "polish", "Polish", 0},
      {"exact_match", {{"Polish"}, {"polish"}}, "Polish.", "Polish", 0},
      // the others are compared as ever
      {"exact_match", {{"its"}, {"it's"}, {"their"}}, "\"Their\"!", "their", 1},
      {"exact_match", {{"its"}}, "it's", "its", 1},
      // signs
      {"contains", {{"C"}, {"C++"}, {"C#"}}, "I like C++", "C", 0},
      {"contains", {{"C"}, {"C++"}, {"C#"}}, "I like C++", "C++", 1},
      {"contains", {{"C"}, {"C++"}, {"C#"}}, "I like C", "C", 1},
      {"contains", {{"C"}, {"C++"}, {"C#"}}, "C#!", "C++", 0},
      {"exact_set", {{"a+ b"}, {"a b+"}}, "b+ a", "a+ b", 0},
      {"f1", {{"C#"}, {"C++"}}, "C++", "C#", 0},
      {"f1", {{"C#"}, {"C++"}}, "the C#", "C#", 1},
      // what the first sentence leaves the same
      {"contains", {{"Yes. It rains."}, {"Yes. It snows."}}, "Yes. It snows.", "Yes. It rains.", 0},
  };
  for (const ApartCase& one : cases) {
    const auto metric = metric_for(one.metric, one.references);
    EXPECT_EQ(metric->score(one.answer, std::vector<std::string>{one.reference}), one.score)
        << one.metric << ": \"" << one.answer << "\" against \"" << one.reference << "\"";
    const bool told = alike(one.metric, one.references).has_value();
    EXPECT_EQ(told, one.references.size() > 1 || one.references[0][0] != "its");
  }
}

TEST(KeptApart, WhatAnExampleAcceptsTogetherIsTheSameEverywhere) {
  const Lists accepted = {{"Paris", "paris."}, {"Paris"}, {"paris.", "PARIS"}};
  EXPECT_FALSE(alike("exact_match", accepted));
  const auto metric = metric_for("exact_match", accepted);
  EXPECT_EQ(metric->score("PARIS!", std::vector<std::string>{"Paris"}), 1);
}

TEST(KeptApart, ConventionsOfBenchmarksDecideOnCaseArticlesAndMarks) {
  EXPECT_FALSE(alike("f1", {{"the U.S."}, {"US"}, {"The US"}}));
  EXPECT_FALSE(alike("contains", {{"Paris"}, {"paris"}}));
  EXPECT_FALSE(alike("exact_set", {{"a  b"}, {"A b"}}));
  EXPECT_FALSE(alike("exact_match", {{"a  b"}, {" a b"}}));
}

TEST(KeptApart, LookingChangesNothing) {
  const auto metric = metric_for("exact_match", {{"its"}, {"it's"}}, true);
  EXPECT_EQ(metric->score("it's", std::vector<std::string>{"its"}), 1);
}

TEST(KeptApart, TwoOfThemAreNamedAndGroupsCounted) {
  const auto both = alike("exact_match", {{"its"}, {"it's"}, {"x"}, {"X"}, {"?"}});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->groups, 3u);
  EXPECT_NE(both->first, "");
  EXPECT_NE(both->second, "");
  const auto nothing = alike("contains", {{"?"}, {"x"}});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->first, "?");
  EXPECT_EQ(nothing->second, "");
}

// Accepted with one reference, of one meaning with the other: two that differ in both are found.
TEST(KeptApart, ReferencesOfThreeSortsAreToldApart) {
  EXPECT_TRUE(alike("contains", {{"wow", "w'ow"}, {"Wow"}}));
  EXPECT_FALSE(alike("contains", {{"wow", "w'ow"}, {"wow"}}));
}

}  // namespace
}  // namespace zopo::score
