#include "zopo/features/plane.h"

#include <gtest/gtest.h>

#include <Eigen/SVD>

#include "zopo/base/random.h"

namespace zopo::features {
namespace {

TEST(Plane, IsThatOfTheSingularValueDecomposition) {
  constexpr Index kPoints = 60, kDim = 20;
  Rng rng(1, "points");
  RowMatrix z(kPoints, kDim);
  for (Index i = 0; i < kPoints; ++i) {
    for (Index j = 0; j < kDim; ++j) z(i, j) = 5 + rng.normal() * 9 / static_cast<double>(1 + j);
  }
  const Matrix centred = z.rowwise() - z.colwise().mean();
  const Eigen::JacobiSVD<Matrix> svd(centred, Eigen::ComputeThinU);
  const RowMatrix plane = project_to_plane(data::Embeddings::from_matrix(z));
  for (Index j = 0; j < 2; ++j) {
    const Vector exact = svd.matrixU().col(j) * svd.singularValues()(j);
    const double sign = exact.dot(plane.col(j)) > 0 ? 1 : -1;
    EXPECT_LT((sign * exact - plane.col(j)).norm(), 1e-6 * exact.norm()) << j;
  }
}

TEST(Plane, OneDimensionAndOnePointAreEnough) {
  EXPECT_EQ(project_to_plane(data::Embeddings::from_matrix(RowMatrix(RowMatrix::Ones(1, 1)))),
            RowMatrix(RowMatrix::Zero(1, 2)));
  RowMatrix line(3, 1);
  line << 1, 2, 6;
  const RowMatrix plane = project_to_plane(data::Embeddings::from_matrix(line));
  EXPECT_NEAR(plane(2, 0) - plane(0, 0), 5, 1e-12);
  EXPECT_EQ(plane.col(1).norm(), 0);
}

}  // namespace
}  // namespace zopo::features
