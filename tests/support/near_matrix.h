#pragma once
// EXPECT_THAT(analytic, NearMatrix(numeric, 1e-8)): every entry within tolerance * (1 + the largest
// entry expected). On failure prints the worst entry, both values and their difference.

#include <gmock/gmock.h>

#include <cmath>

#include "zopo/base/linalg.h"

namespace zopo::test {

MATCHER_P2(NearMatrix, expected, tolerance, "is near the expected matrix") {
  const Matrix got = arg;
  const Matrix want = expected;
  if (got.rows() != want.rows() || got.cols() != want.cols()) {
    *result_listener << "shape [" << got.rows() << " x " << got.cols() << "], expected ["
                     << want.rows() << " x " << want.cols() << "]";
    return false;
  }
  if (want.size() == 0) return true;
  Index i = 0, j = 0;
  const double worst = (got - want).cwiseAbs().maxCoeff(&i, &j);
  *result_listener << "worst at (" << i << ", " << j << "): " << got(i, j) << " against "
                   << want(i, j) << ", difference " << got(i, j) - want(i, j);
  return got.allFinite() && worst <= tolerance * (1 + want.cwiseAbs().maxCoeff());
}

// Every entry within tolerance * its own magnitude.
MATCHER_P2(RelativelyNear, expected, tolerance, "agrees entry by entry") {
  const Matrix got = arg;
  const Matrix want = expected;
  if (got.rows() != want.rows() || got.cols() != want.cols()) return false;
  for (Index j = 0; j < want.cols(); ++j) {
    for (Index i = 0; i < want.rows(); ++i) {
      if (std::abs(got(i, j) - want(i, j)) <= tolerance * std::abs(want(i, j))) continue;
      *result_listener << "at (" << i << ", " << j << "): " << got(i, j) << " against "
                       << want(i, j) << ", relative " << got(i, j) / want(i, j) - 1;
      return false;
    }
  }
  return true;
}

}  // namespace zopo::test
