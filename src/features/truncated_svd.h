#pragma once
// U S of a truncated singular value decomposition A = U S V^T, deterministic to the bit.

#include "features/ngrams.h"

namespace zopo::features {

// A [m x f] -> [m x dim], columns by falling singular value; the entry of largest magnitude in each
// column is positive (the first of equals). Columns beyond the rank are zero. Small m: exactly,
// through the Gram matrix A A^T; from kExactRows on by a seeded range finder with power iterations
// (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.3).
RowMatrix truncated_svd(const SparseRows& a, Index dim);

inline constexpr Index kExactRows = 400;

// The two roads, for tests.
RowMatrix exact_svd(const SparseRows& a, Index dim);
RowMatrix randomized_svd(const SparseRows& a, Index dim);

}  // namespace zopo::features
