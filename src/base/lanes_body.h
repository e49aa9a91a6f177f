// The loops of lanes.h, compiled once per instruction set: lanes_<set>.cpp includes this file
// within a namespace of its own and is built with that set's flags. Nothing here may call an inline
// function of a library: the linker keeps only one copy of those, perhaps the one that this
// processor lacks the instructions for.
//
// The vector types are those of gcc and clang; where the processor's are narrower, the compiler
// splits them.

using Doubles = double __attribute__((vector_size(64)));  // 8 lanes
using Floats = float __attribute__((vector_size(32)));    // 8 lanes

inline void load(const double* from, Doubles& to) { __builtin_memcpy(&to, from, sizeof(to)); }
inline void load(const float* from, Doubles& to) {
  Floats narrow;
  __builtin_memcpy(&narrow, from, sizeof(narrow));
  to = __builtin_convertvector(narrow, Doubles);
}
inline void store(const Doubles& from, double* to) { __builtin_memcpy(to, &from, sizeof(from)); }

inline double sum_of(const Doubles& p) {
  return ((p[0] + p[4]) + (p[1] + p[5])) + ((p[2] + p[6]) + (p[3] + p[7]));
}

struct Dot {
  template <class T>
  static void add(const T& value, const T& x, T& sum) {
    sum += value * x;
  }
};
struct SquaredDistance {
  template <class T>
  static void add(const T& value, const T& x, T& sum) {
    const T difference = value - x;
    sum += difference * difference;
  }
};

// Numbers in a cache line.
template <class Scalar>
constexpr Size kLine = 64 / sizeof(Scalar);

// kRows rows side by side: their sums do not wait for each other. kShifted: origin is taken off
// first. kAhead: the kRows rows that follow are fetched meanwhile, since the loop runs at the speed
// of the memory, and so many streams at once are more than the processor foresees.
template <class Term, int kRows, bool kShifted, bool kAhead, class Scalar>
inline void few_rows(const Scalar* const* rows, const Against& a, double* out) {
  Doubles sums[kRows] = {};
  Size j = 0;
  for (; j + 8 <= a.d; j += 8) {
    Doubles x, origin;
    load(a.x + j, x);
    if (kShifted) load(a.origin + j, origin);
    if (kAhead && j % kLine<Scalar> == 0) {
      for (int r = 0; r < kRows; ++r) __builtin_prefetch(rows[r + kRows] + j);
    }
    for (int r = 0; r < kRows; ++r) {
      Doubles value;
      load(rows[r] + j, value);
      if (a.unit != 1) value *= a.unit;
      if (kShifted) value -= origin;
      Term::add(value, x, sums[r]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    double first = sums[r][0];
    for (Size k = j; k < a.d; ++k) {
      double value = static_cast<double>(rows[r][k]) * a.unit;
      if (kShifted) value -= a.origin[k];
      Term::add(value, a.x[k], first);
    }
    sums[r][0] = first;
    out[r] = sum_of(sums[r]);
  }
}

template <class Term, bool kShifted, class Scalar>
void over_rows(const Scalar* const* rows, Size count, const Against& a, double* out) {
  constexpr int kRows = 4;
  Size i = 0;
  for (; i + Size{2} * kRows <= count; i += kRows) {
    few_rows<Term, kRows, kShifted, true>(rows + i, a, out + i);
  }
  for (; i + kRows <= count; i += kRows) {
    few_rows<Term, kRows, kShifted, false>(rows + i, a, out + i);
  }
  for (; i < count; ++i) few_rows<Term, 1, kShifted, false>(rows + i, a, out + i);
}

template <class Scalar>
void dot(const Scalar* const* rows, Size count, const Against& a, double* out) {
  if (a.origin != nullptr) return over_rows<Dot, true>(rows, count, a, out);
  over_rows<Dot, false>(rows, count, a, out);
}

template <class Scalar>
void squared_distance(const Scalar* const* rows, Size count, const Against& a, double* out) {
  over_rows<SquaredDistance, false>(rows, count, a, out);
}

// The sums of the columns first.. of 8 rows: v_j - sum_{k < first} lower_jk v_k.
template <int kColumns>
inline void subtract_known(Doubles (&sums)[kColumns],
                           const double* v,
                           Size stride,
                           const double* lower,
                           Size lower_stride,
                           Size first) {
  for (Size k = 0; k < first; ++k) {
    Doubles known;
    load(v + k * stride, known);
    for (int c = 0; c < kColumns; ++c) sums[c] -= lower[k * lower_stride + first + c] * known;
  }
}

template <int kColumns>
inline void solve_columns(
    double* v, Size stride, const double* lower, Size lower_stride, Size first) {
  Doubles sums[kColumns];
  for (int c = 0; c < kColumns; ++c) load(v + (first + c) * stride, sums[c]);
  subtract_known<kColumns>(sums, v, stride, lower, lower_stride, first);
  for (int c = 0; c < kColumns; ++c) {
    for (int k = 0; k < c; ++k) sums[c] -= lower[(first + k) * lower_stride + first + c] * sums[k];
    sums[c] /= lower[(first + c) * lower_stride + first + c];
    store(sums[c], v + (first + c) * stride);
  }
}

// v_j <- (v_j - sum_{k < j} lower_jk v_k) / lower_jj for 8 rows of v.
inline void solve_eight(double* v, Size stride, const double* lower, Size lower_stride, Size n) {
  Size first = 0;
  for (; first + 4 <= n; first += 4) solve_columns<4>(v, stride, lower, lower_stride, first);
  for (; first < n; ++first) solve_columns<1>(v, stride, lower, lower_stride, first);
}

inline void solve_one(double* v, Size stride, const double* lower, Size lower_stride, Size n) {
  for (Size j = 0; j < n; ++j) {
    double sum = v[j * stride];
    for (Size k = 0; k < j; ++k) sum -= lower[k * lower_stride + j] * v[k * stride];
    v[j * stride] = sum / lower[j * lower_stride + j];
  }
}

void solve_rows(double* v, Size count, Size stride, const double* lower, Size n) {
  if (n == 0) return;  // v may be null
  Size i = 0;
  for (; i + 8 <= count; i += 8) solve_eight(v + i, stride, lower, n, n);
  for (; i < count; ++i) solve_one(v + i, stride, lower, n, n);
}

// The Cholesky factor of the leading [size x size] of corner, column-major [8 x 8].
inline Size factor_corner(double (&corner)[64], Size size, const double* least) {
  Size raised = 0;
  for (Size j = 0; j < size; ++j) {
    for (Size k = 0; k < j; ++k) {
      for (Size i = j; i < size; ++i) corner[8 * j + i] -= corner[8 * k + i] * corner[8 * k + j];
    }
    double& pivot = corner[8 * j + j];
    if (!(pivot >= least[j])) {
      pivot = least[j];
      ++raised;
    }
    pivot = __builtin_sqrt(pivot);
    for (Size i = j + 1; i < size; ++i) corner[8 * j + i] /= pivot;
  }
  return raised;
}

// The columns first.. of the rows first.., at most eight, whose earlier columns are done.
inline void small_corner(const double* a, Size n, Size first, Size size, double (&corner)[64]) {
  for (Size c = 0; c < size; ++c) {
    double* column = corner + 8 * c;
    for (Size r = c; r < size; ++r) {
      column[r] = a[(first + c) * n + first + r];
      for (Size k = 0; k < first; ++k) column[r] -= a[k * n + first + r] * a[k * n + first + c];
    }
  }
}

inline Size finish_rows(double* a, Size n, Size first, Size size, const double* least) {
  double corner[64] = {};
  if (size == 8) {
    for (Size c = 0; c < 8; c += 4) {
      Doubles sums[4];
      for (int b = 0; b < 4; ++b) load(a + (first + c + b) * n + first, sums[b]);
      subtract_known<4>(sums, a + first, n, a + c, n, first);
      for (int b = 0; b < 4; ++b) store(sums[b], corner + 8 * (c + b));
    }
  } else {
    small_corner(a, n, first, size, corner);
  }
  const Size raised = factor_corner(corner, size, least + first);
  for (Size c = 0; c < size; ++c) {
    for (Size r = c; r < size; ++r) a[(first + c) * n + first + r] = corner[8 * c + r];
  }
  return raised;
}

// Eight rows at a time: a forward substitution in the rows above, then the corner at the diagonal.
Size cholesky(double* a, Size n, const double* least) {
  Size raised = 0;
  for (Size first = 0; first < n; first += 8) {
    const Size size = first + 8 <= n ? 8 : n - first;
    if (size == 8) {
      solve_eight(a + first, n, a, n, first);
    } else {
      for (Size r = 0; r < size; ++r) solve_one(a + first + r, n, a, n, first);
    }
    raised += finish_rows(a, n, first, size, least);
  }
  return raised;
}

// kColumns columns of eight rows of a b.
template <int kColumns>
inline void multiply_columns(const double* a, Size rows, const double* b, Size inner, double* c) {
  Doubles sums[kColumns] = {};
  for (Size k = 0; k < inner; ++k) {
    Doubles column;
    load(a + k * rows, column);
    for (int j = 0; j < kColumns; ++j) sums[j] += column * b[j * inner + k];
  }
  for (int j = 0; j < kColumns; ++j) store(sums[j], c + j * rows);
}

inline void multiply_eight(
    const double* a, const double* b, Size rows, Size inner, Size columns, double* c) {
  Size j = 0;
  for (; j + 4 <= columns; j += 4) {
    multiply_columns<4>(a, rows, b + j * inner, inner, c + j * rows);
  }
  for (; j < columns; ++j) multiply_columns<1>(a, rows, b + j * inner, inner, c + j * rows);
}

// The last eight rows may overlap the eight before them.
void multiply(const double* a, const double* b, Size rows, Size inner, Size columns, double* c) {
  for (Size i = 0; i + 8 <= rows; i += 8) {
    multiply_eight(a + i, b, rows, inner, columns, c + i);
  }
  if (rows >= 8) {
    const Size last = rows - 8;
    if (rows % 8 != 0) multiply_eight(a + last, b, rows, inner, columns, c + last);
    return;
  }
  for (Size j = 0; j < columns; ++j) {
    for (Size i = 0; i < rows; ++i) {
      double sum = 0;
      for (Size k = 0; k < inner; ++k) sum += a[k * rows + i] * b[j * inner + k];
      c[j * rows + i] = sum;
    }
  }
}

void subtract_product(
    double* c, const double* v, Size count, Size stride, const double* w, Size n) {
  constexpr Size kBlock = 32;
  Size i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    Doubles sums[4];
    for (Size b = 0; b < 4; ++b) load(c + i + 8 * b, sums[b]);
    for (Size k = 0; k < n; ++k) {
      for (Size b = 0; b < 4; ++b) {
        Doubles column;
        load(v + k * stride + i + 8 * b, column);
        sums[b] -= column * w[k];
      }
    }
    for (Size b = 0; b < 4; ++b) store(sums[b], c + i + 8 * b);
  }
  for (; i < count; ++i) {
    for (Size k = 0; k < n; ++k) c[i] -= v[k * stride + i] * w[k];
  }
}

constexpr Table table_named(const char* name) {
  return {name,      &dot<float>, &dot<double>, &squared_distance<float>, &squared_distance<double>,
          &cholesky, &solve_rows, &multiply,    &subtract_product};
}
