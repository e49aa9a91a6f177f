// Chooses the widest instruction set of this processor, once, and passes every call on to it.
// Called by gp and by optim's scans over candidates.

#include "zopo/base/lanes.h"

#include "base/lanes_table.h"

namespace zopo::lanes {
namespace {

const Table& widest() {
#ifdef __x86_64__
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return avx512_table;
  if (__builtin_cpu_supports("avx2")) return avx2_table;
#endif
  return generic_table;
}

const Table& table() {
  static const Table& chosen = widest();
  return chosen;
}

}  // namespace

void dot(const float* const* rows, Size count, const Against& against, double* out) {
  table().dot_f(rows, count, against, out);
}
void dot(const double* const* rows, Size count, const Against& against, double* out) {
  table().dot_d(rows, count, against, out);
}
void squared_distance(const float* const* rows, Size count, const Against& against, double* out) {
  table().squared_distance_f(rows, count, against, out);
}
void squared_distance(const double* const* rows, Size count, const Against& against, double* out) {
  table().squared_distance_d(rows, count, against, out);
}
Size cholesky(double* a, Size n, const double* least) { return table().cholesky(a, n, least); }
void solve_rows(double* v, Size count, Size stride, const double* lower, Size n) {
  table().solve_rows(v, count, stride, lower, n);
}
void multiply(const double* a, const double* b, Size rows, Size inner, Size columns, double* c) {
  table().multiply(a, b, rows, inner, columns, c);
}
void subtract_product(
    double* c, const double* v, Size count, Size stride, const double* w, Size n) {
  table().subtract_product(c, v, count, stride, w, n);
}
const char* instruction_set() { return table().name; }

}  // namespace zopo::lanes
