// Exactly for few texts, by a random range for many. Called by text_features.cpp.

#include "features/truncated_svd.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "features/orthonormal.h"
#include "zopo/base/random.h"

namespace zopo::features {
namespace {

constexpr Index kOversampling = 16;
constexpr int kPowerIterations = 4;

void fix_signs(Matrix& columns) {
  for (Index j = 0; j < columns.cols(); ++j) {
    Index largest = 0;
    columns.col(j).cwiseAbs().maxCoeff(&largest);
    if (columns(largest, j) < 0) columns.col(j) = -columns.col(j);
  }
}

// basis [m x l], gram [l x l] = basis^T A A^T basis -> U S [m x dim]
RowMatrix leading(const Matrix& basis, const Matrix& gram, Index dim) {
  // Rising eigenvalues of A A^T on the basis: squares of the singular values of A.
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(gram);
  const Index l = gram.rows();
  const double floor = 1e-12 * std::max(eigen.eigenvalues().maxCoeff(), 1e-300);
  Matrix result = Matrix::Zero(basis.rows(), dim);
  for (Index j = 0; j < std::min(dim, l); ++j) {
    const double square = eigen.eigenvalues()(l - 1 - j);
    if (square > floor) {
      result.col(j) = std::sqrt(square) * (basis * eigen.eigenvectors().col(l - 1 - j));
    }
  }
  fix_signs(result);
  return result;
}

}  // namespace

RowMatrix exact_svd(const SparseRows& a, Index dim) {
  const SparseRows gram = (a * a.transpose()).pruned();
  return leading(Matrix::Identity(a.rows(), a.rows()), Matrix(gram), dim);
}

RowMatrix randomized_svd(const SparseRows& a, Index dim) {
  const Index size = std::min(dim + kOversampling, a.rows());
  Rng rng(0, "text features");
  Matrix basis(a.rows(), size);
  for (double& entry : basis.reshaped()) entry = rng.normal();
  RowMatrix images;  // A^T basis, by rows, as the sparse products walk
  for (int i = 0; i < kPowerIterations; ++i) {
    images = a.transpose() * basis;
    basis = orthonormal(a * images);
  }
  images = a.transpose() * basis;
  return leading(basis, images.transpose() * images, dim);
}

RowMatrix truncated_svd(const SparseRows& a, Index dim) {
  return a.rows() < kExactRows ? exact_svd(a, dim) : randomized_svd(a, dim);
}

}  // namespace zopo::features
