#pragma once
// The few loops that all the time goes into, compiled for the vector units of several processors;
// the widest one that this processor has is chosen once, at run time.
//
// Every sum runs in eight partial sums of doubles in a fixed order, without fused multiply-adds, so
// that all of them, and the plain loops on a processor without any, give the same bytes.

#include <cstddef>

namespace zopo::lanes {

using Size = std::ptrdiff_t;

// What rows are held against: x [d], and what happens to their entries first.
struct Against {
  const double* x;
  Size d;
  double unit = 1;                 // a factor on every entry
  const double* origin = nullptr;  // [d], taken off after that; null for none; dot() only
};

// For rows r_i [d], i < count, given by their addresses:
// out_i = sum_j (unit r_ij - origin_j) x_j
void dot(const float* const* rows, Size count, const Against& against, double* out);
void dot(const double* const* rows, Size count, const Against& against, double* out);
// out_i = sum_j (unit r_ij - x_j)^2
void squared_distance(const float* const* rows, Size count, const Against& against, double* out);
void squared_distance(const double* const* rows, Size count, const Against& against, double* out);

// a [n x n] symmetric, column-major: its lower triangle becomes the Cholesky factor, the rest
// stays. A pivot below least_i [n] is raised to it; returns how many were. Requires least_i > 0.
Size cholesky(double* a, Size n, const double* least);

// v [count x n] column-major with the given stride between columns, lower [n x n] column-major:
// v <- v lower^-T, row by row a forward substitution.
void solve_rows(double* v, Size count, Size stride, const double* lower, Size n);

// c [rows x columns] <- a [rows x inner] b [inner x columns], all column-major and dense.
void multiply(const double* a, const double* b, Size rows, Size inner, Size columns, double* c);

// c [count] <- c - v w for v [count x n] as above and w [n].
void subtract_product(double* c, const double* v, Size count, Size stride, const double* w, Size n);

// The instruction set in use: "avx512", "avx2" or "generic".
const char* instruction_set();

}  // namespace zopo::lanes
