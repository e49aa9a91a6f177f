// Called by plane.cpp and truncated_svd.cpp between their iterations.

#include "features/orthonormal.h"

#include <Eigen/QR>

namespace zopo::features {

Matrix orthonormal(const Matrix& columns) {
  const Eigen::HouseholderQR<Matrix> qr(columns);
  return qr.householderQ() * Matrix::Identity(columns.rows(), columns.cols());
}

}  // namespace zopo::features
