// n-grams -> truncated SVD -> rows of unit length. Called by run, bench and `zopo embed` where no
// embeddings are named.

#include "zopo/features/text_features.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "features/truncated_svd.h"

namespace zopo::features {
namespace {

// A row that the kept directions do not see at all points equally along all of them.
void normalize_rows(RowMatrix& rows) {
  for (Index i = 0; i < rows.rows(); ++i) {
    const double norm = rows.row(i).norm();
    if (norm > 1e-9) {
      rows.row(i) /= norm;
    } else {
      rows.row(i).setConstant(1 / std::sqrt(static_cast<double>(rows.cols())));
    }
  }
}

}  // namespace

data::Embeddings text_features(std::span<const std::string> texts,
                               const TextFeatureOptions& options) {
  const Index m = static_cast<Index>(texts.size());
  const Index dim = std::max<Index>(1, std::min(options.dim, m - 1));
  RowMatrix features = truncated_svd(tfidf_ngrams(texts, options), dim);
  normalize_rows(features);
  return data::Embeddings::from_matrix(std::move(features));
}

}  // namespace zopo::features
