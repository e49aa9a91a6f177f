// Subspace iteration on the covariance of embeddings, row by row, so that a mapped file is never
// held whole. Called by run's map.cpp for the report.

#include "zopo/features/plane.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "features/orthonormal.h"
#include "zopo/base/random.h"

namespace zopo::features {
namespace {

constexpr int kDirections = 8, kIterations = 12;

Vector mean_of(const data::Embeddings& z) {
  Vector mean = Vector::Zero(z.dim());
  for (Index i = 0; i < z.rows(); ++i) mean += z.row(i);
  return mean / static_cast<double>(z.rows());
}

}  // namespace

RowMatrix project_to_plane(const data::Embeddings& z) {
  const Vector mean = mean_of(z);
  Matrix basis(z.dim(), std::min<Index>(kDirections, z.dim()));
  Rng rng(0, "plane");
  for (double& entry : basis.reshaped()) entry = rng.normal();
  basis = orthonormal(basis);
  for (int k = 0; k < kIterations; ++k) {
    Matrix next = Matrix::Zero(basis.rows(), basis.cols());
    for (Index i = 0; i < z.rows(); ++i) {
      const Vector row = z.row(i) - mean;
      next += row * (row.transpose() * basis);
    }
    basis = orthonormal(next);
  }
  Matrix image(z.rows(), basis.cols());
  for (Index i = 0; i < z.rows(); ++i) image.row(i) = (z.row(i) - mean).transpose() * basis;
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(image.transpose() * image);
  RowMatrix plane = RowMatrix::Zero(z.rows(), 2);
  for (Index j = 0; j < std::min<Index>(2, basis.cols()); ++j) {
    plane.col(j) = image * eigen.eigenvectors().col(basis.cols() - 1 - j);
    Index largest = 0;
    plane.col(j).cwiseAbs().maxCoeff(&largest);
    if (plane(largest, j) < 0) plane.col(j) = -plane.col(j);
  }
  return plane;
}

}  // namespace zopo::features
