#include "zopo/features/text_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/truncated_svd.h"
#include "zopo/base/random.h"

namespace zopo::features {
namespace {

using ::testing::DoubleNear;

const std::vector<std::string> kTexts = {
    "Write the plural of the word {input}.", "What is the plural form of {{input}}?",
    "Give the opposite of the adjective.",   "Name an antonym: the opposite of the word.",
    "Übersetze das Wort ins Deutsche.",      "ÜBERSETZE DAS WORT INS DEUTSCHE.",
    "Sort the list alphabetically.",
};

RowMatrix features(const std::vector<std::string>& texts, const TextFeatureOptions& options = {}) {
  const data::Embeddings embeddings = text_features(texts, options);
  RowMatrix rows(embeddings.rows(), embeddings.dim());
  for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = embeddings.row(i).transpose();
  return rows;
}

// Sentences of a small made-up language, so that there are topics to find.
std::vector<std::string> sentences(std::size_t m) {
  const std::vector<std::string> words = {"write",  "plural", "word",    "opposite", "list",
                                          "answer", "think",  "careful", "step",     "number",
                                          "yes",    "no",     "sorted",  "letter",   "input"};
  Rng rng(5, "sentences");
  std::vector<std::string> texts(m);
  for (std::string& text : texts) {
    const std::uint64_t topic = rng.below(5);
    for (int i = 0; i < 8; ++i) text += words[topic * 2 + rng.below(7)] + " ";
  }
  return texts;
}

TEST(TextFeatures, RowsHaveUnitLengthAndTheStatedShape) {
  const RowMatrix z = features(kTexts);
  EXPECT_EQ(z.rows(), 7);
  EXPECT_EQ(z.cols(), 6);
  for (Index i = 0; i < z.rows(); ++i) EXPECT_THAT(z.row(i).norm(), DoubleNear(1, 1e-12));
}

TEST(TextFeatures, DimensionIsCappedByTheOption) {
  EXPECT_EQ(features(kTexts, {.dim = 3}).cols(), 3);
}

TEST(TextFeatures, SimilarTextsLieCloserThanOthers) {
  const RowMatrix z = features(kTexts);
  EXPECT_GT(z.row(0).dot(z.row(1)), z.row(0).dot(z.row(6)));
  EXPECT_GT(z.row(2).dot(z.row(3)), z.row(2).dot(z.row(4)));
}

TEST(TextFeatures, CaseIsFoldedBeyondAsciiButForTheLayout) {
  const RowMatrix words = features(kTexts, {.layout = false}), all = features(kTexts);
  EXPECT_THAT(words.row(4).dot(words.row(5)), DoubleNear(1, 1e-12));
  EXPECT_LT(all.row(4).dot(all.row(5)), 1 - 1e-3);
}

TEST(TextFeatures, SameTextsGiveTheSameBytes) {
  const std::vector<std::string> many = sentences(500);
  EXPECT_EQ(features(kTexts), features(kTexts));
  EXPECT_EQ(features(many), features(many));
}

TEST(TextFeatures, DegenerateTextsGiveFiniteUnitRows) {
  const std::vector<std::vector<std::string>> cases = {{"one"},           {""},
                                                       {"", ""},          {"same", "same", "same"},
                                                       {"a", "b", "c"},   {"{input}", "x", ""},
                                                       {"\xff\xfe", "ok"}};
  for (const std::vector<std::string>& texts : cases) {
    const RowMatrix z = features(texts);
    EXPECT_TRUE(z.allFinite());
    for (Index i = 0; i < z.rows(); ++i) EXPECT_THAT(z.row(i).norm(), DoubleNear(1, 1e-9));
  }
}

TEST(TextFeatures, LargestEntryOfEveryColumnIsPositive) {
  const RowMatrix u = truncated_svd(tfidf_ngrams(kTexts, {}), 4);
  for (Index j = 0; j < u.cols(); ++j) {
    EXPECT_GT(u.col(j).maxCoeff(), -u.col(j).minCoeff()) << "column " << j;
  }
}

TEST(Ngrams, TemplateVariablesAreBlankedAndOtherBracesStay) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a {input} b", "a   b"},
      {"a {{ input }} b", "a   b"},
      {"{x}{{y}}", "  "},
      {R"({"answer": 1})", R"({"answer": 1})"},
      {"{open", "{open"},
      {"{{x}", " "},
      {"}{", "}{"}};
  for (const auto& [text, blanked] : cases)
    EXPECT_EQ(replace_template_variables(text, U' '), blanked);
}

TEST(Ngrams, RowLengthsCountWhatOnlyOneTextUses) {
  const SparseRows same = tfidf_ngrams(std::vector<std::string>{"sort it", "sort it"}, {});
  EXPECT_THAT(same.row(0).dot(same.row(1)), DoubleNear(4, 1e-12));  // four views of length one
  const SparseRows half = tfidf_ngrams(std::vector<std::string>{"sort it", "sort that"}, {});
  EXPECT_LT(half.row(0).dot(half.row(1)), 3);
}

TEST(Ngrams, LayoutSeesWhatWordsDoNot) {
  const std::vector<std::string> texts = {"Sort it: {input}", "Sort it.\n{input}\n",
                                          "{input}\nsort it"};
  const auto likeness = [&](bool layout) {
    const SparseRows rows = tfidf_ngrams(texts, {.layout = layout});
    return rows.row(0).dot(rows.row(1)) / (rows.row(0).norm() * rows.row(1).norm());
  };
  EXPECT_LT(likeness(true), likeness(false));
}

TEST(TruncatedSvd, KeepsTheInnerProductsThatMatter) {
  const SparseRows a = tfidf_ngrams(kTexts, {});
  const RowMatrix u = exact_svd(a, a.rows());
  const Matrix gram(SparseRows(a * a.transpose()));
  EXPECT_LT((u * u.transpose() - gram).cwiseAbs().maxCoeff(), 1e-10);
}

TEST(TruncatedSvd, RangeFinderAgreesWithTheExactRoad) {
  const SparseRows a = tfidf_ngrams(sentences(300), {});
  const RowMatrix exact = exact_svd(a, 8), randomized = randomized_svd(a, 8);
  EXPECT_LT((exact - randomized).norm(), 1e-3 * exact.norm());
}

}  // namespace
}  // namespace zopo::features
