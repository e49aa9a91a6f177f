#pragma once
#include "zopo/base/linalg.h"

namespace zopo::features {

// An orthonormal basis [n x k] of the span of the columns [n x k], k <= n, by Householder QR.
Matrix orthonormal(const Matrix& columns);

}  // namespace zopo::features
