// Repetitions are found whatever their kind; the fast search for near ones agrees with comparing
// all pairs.
#include "zopo/data/twins.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/ngrams.h"
#include "tests/support/instruction_texts.h"
#include "zopo/base/random.h"

namespace zopo::data {
namespace {

TEST(Twins, EqualTextsAreTold) {
  const std::vector<std::string> texts = {"Write the plural.", "Spell it.", "Write the plural.",
                                          "write  the PLURAL"};
  const std::vector<Twin> twins = find_twins(texts, 1);
  EXPECT_EQ(twins[0].kind, Twin::Kind::none);
  EXPECT_EQ(twins[1].kind, Twin::Kind::none);
  EXPECT_EQ(twins[2].kind, Twin::Kind::exact);
  EXPECT_EQ(twins[3].kind, Twin::Kind::normalized);
  EXPECT_EQ(twins[2].of, 0u);
  EXPECT_EQ(twins[3].of, 0u);
}

std::vector<std::string> random_texts(int count) {
  const std::vector<std::string> words = {"write", "the", "plural", "of",   "each", "noun",
                                          "word",  "a",   "letter", "list", "spell"};
  Rng rng(3, "texts");
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (std::uint64_t k = 0, n = 3 + rng.below(5); k < n; ++k)
      text += words[rng.below(words.size())] + " ";
    texts.push_back(text + std::to_string(i % 7));
  }
  return texts;
}

// Against comparing all pairs; returns how many near ones there are.
int expect_those_of_all_pairs(const std::vector<std::string>& texts, double near) {
  const SparseRows features =
      tfidf_ngrams(texts, {.word_ngrams = 2, .char_min = 3, .char_max = 4, .layout = false});
  const std::vector<Twin> twins = find_twins(texts, near);
  std::vector<Index> kept;
  int found = 0;
  for (Index i = 0; i < features.rows(); ++i) {
    Index twin = -1;
    for (const Index j : kept) {
      if (twin < 0 && features.row(i).dot(features.row(j)) / 2 >= near) twin = j;
    }
    const Twin& own = twins[static_cast<std::size_t>(i)];
    EXPECT_EQ(own.kind == Twin::Kind::near, twin >= 0) << near << " " << i;
    if (twin >= 0) {
      EXPECT_EQ(own.of, static_cast<std::size_t>(twin)) << near << " " << i;
      ++found;
    } else {
      kept.push_back(i);
    }
  }
  return found;
}

TEST(Twins, NearOnesAreThoseOfComparingAllPairs) {
  for (const double near : {0.3, 0.5, 0.7, 0.9})
    EXPECT_GT(expect_those_of_all_pairs(random_texts(300), near), 0) << near;
}

TEST(Twins, NearOnesAmongTheCandidatesOfOneTaskAreThoseOfComparingAllPairs) {
  std::vector<std::string> texts;
  for (const std::string& text : test::instruction_texts(500)) {
    // What is equal is no near one.
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  for (const double near : {0.6, 0.85})
    EXPECT_GT(expect_those_of_all_pairs(texts, near), 0) << near;
}

TEST(Twins, NoTextsHaveNone) { EXPECT_TRUE(find_twins({}, 0.9).empty()); }

}  // namespace
}  // namespace zopo::data
