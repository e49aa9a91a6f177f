#pragma once
// What one instruction set provides; lanes_<set>.cpp fills it from lanes_body.h.

#include "zopo/base/lanes.h"

namespace zopo::lanes {

struct Table {
  template <class Scalar>
  using OverRows = void (*)(const Scalar* const* rows, Size count, const Against&, double* out);

  const char* name;
  OverRows<float> dot_f;
  OverRows<double> dot_d;
  OverRows<float> squared_distance_f;
  OverRows<double> squared_distance_d;
  Size (*cholesky)(double* a, Size n, const double* least);
  void (*solve_rows)(double* v, Size count, Size stride, const double* lower, Size n);
  void (*multiply)(
      const double* a, const double* b, Size rows, Size inner, Size columns, double* c);
  void (*subtract_product)(
      double* c, const double* v, Size count, Size stride, const double* w, Size n);
};

extern const Table generic_table;
#ifdef __x86_64__
extern const Table avx2_table;
extern const Table avx512_table;
#endif

}  // namespace zopo::lanes
