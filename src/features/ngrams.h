#pragma once
// Texts -> a sparse TF-IDF matrix of hashed word and character n-grams: the raw material of
// text_features.

#include <Eigen/Sparse>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "zopo/features/text_features.h"

namespace zopo::features {

using SparseRows = Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>;

// Template variables, {name} and {{name}} with word characters, blanks, dots and dashes inside,
// become one replacement each; any other brace stays.
std::string replace_template_variables(std::string_view text, char32_t replacement);

// texts [m] -> [m x columns]. Words, characters, layout and ending are views, each weighted
// (1 + ln tf) * idf with idf = ln((1 + m) / (1 + df)) + 1 and scaled to unit length; a row is their
// concatenation. N-grams are hashed to 2^18 signed columns per view (Weinberger et al., ICML 2009);
// columns that only one text uses count in the row's length and are then dropped, because they
// resemble nothing.
SparseRows tfidf_ngrams(std::span<const std::string> texts, const TextFeatureOptions& options);

}  // namespace zopo::features
