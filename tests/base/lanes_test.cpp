#include "zopo/base/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/lanes_table.h"
#include "tests/support/near_matrix.h"
#include "tests/support/random_points.h"

namespace zopo {
namespace {

using lanes::Against;
using lanes::Table;

// The instruction sets that this processor has.
std::vector<const Table*> tables() {
  std::vector<const Table*> all = {&lanes::generic_table};
#ifdef __x86_64__
  const std::string widest = lanes::instruction_set();
  if (widest != "generic") all.push_back(&lanes::avx2_table);
  if (widest == "avx512") all.push_back(&lanes::avx512_table);
#endif
  return all;
}

// The oracle: one row, eight partial sums, entry by entry.
template <class Scalar, class Term>
double row_sum(const Scalar* row, const Against& a, Term term) {
  double part[8] = {};
  for (Index j = 0; j < a.d; ++j) {
    const double origin = a.origin != nullptr ? a.origin[j] : 0.0;
    const double value = static_cast<double>(row[j]) * a.unit - origin;
    part[j < a.d / 8 * 8 ? j % 8 : 0] += term(value, a.x[j]);
  }
  return ((part[0] + part[4]) + (part[1] + part[5])) + ((part[2] + part[6]) + (part[3] + part[7]));
}

double product(double value, double x) { return value * x; }
double squared_difference(double value, double x) { return (value - x) * (value - x); }

class LanesTest : public testing::TestWithParam<const Table*> {
 protected:
  template <class Scalar>
  using Over = Table::OverRows<Scalar>;

  // Every count of rows that the loops treat apart, in every dimension that has another remainder.
  template <class M, class Term>
  static void expect_oracle(Over<typename M::Scalar> loop, Term term, bool shifted, double unit) {
    for (const Index d : {1, 7, 8, 9, 16, 31}) {
      const M z = test::random_points(13, d, 1).cast<typename M::Scalar>();
      const Vector x = test::random_vector(d, 2), origin = test::random_vector(d, 3);
      const Against against{x.data(), d, unit, shifted ? origin.data() : nullptr};
      std::vector<const typename M::Scalar*> rows;
      for (Index i = 0; i < z.rows(); ++i) rows.push_back(z.row(i).data());
      for (const Index count : {0, 1, 3, 4, 5, 8, 13}) {
        Vector out = Vector::Constant(count, -1);
        loop(rows.data(), count, against, out.data());
        for (Index i = 0; i < count; ++i) {
          EXPECT_EQ(out(i), row_sum(rows[static_cast<std::size_t>(i)], against, term)) << d;
        }
      }
    }
  }
};

TEST_P(LanesTest, ScansGiveTheBytesOfThePlainLoop) {
  const Table& t = *GetParam();
  expect_oracle<RowMatrixF>(t.dot_f, product, false, 1);
  expect_oracle<RowMatrixF>(t.dot_f, product, true, 1);
  expect_oracle<RowMatrix>(t.dot_d, product, false, 0.25);
  expect_oracle<RowMatrix>(t.dot_d, product, true, 0.25);
  expect_oracle<RowMatrixF>(t.squared_distance_f, squared_difference, false, 1);
  expect_oracle<RowMatrix>(t.squared_distance_d, squared_difference, false, 4);
}

TEST_P(LanesTest, FactorsAPositiveDefiniteMatrixAndLeavesItsUpperTriangle) {
  for (const Index n : {1, 5, 8, 13, 16, 37}) {
    const Matrix root = test::random_points(n, n + 3, 1);
    const Matrix a = root * root.transpose();
    Matrix factor = a;
    const Vector least = Vector::Constant(n, 1e-12);
    EXPECT_EQ(GetParam()->cholesky(factor.data(), n, least.data()), 0);
    EXPECT_EQ(Matrix(factor.triangularView<Eigen::StrictlyUpper>()),
              Matrix(a.triangularView<Eigen::StrictlyUpper>()));
    const Matrix lower = factor.triangularView<Eigen::Lower>();
    EXPECT_THAT(Matrix(lower * lower.transpose()), test::NearMatrix(a, 1e-13));
  }
}

TEST_P(LanesTest, RaisesPivotsThatAreTooSmallAndCountsThem) {
  for (const Index n : {3, 11}) {
    Matrix ones = Matrix::Ones(n, n);
    const Vector least = Vector::Constant(n, 0.25);
    EXPECT_EQ(GetParam()->cholesky(ones.data(), n, least.data()), n - 1);
    EXPECT_EQ(ones(n - 1, n - 1), 0.5);
    Matrix broken = Matrix::Constant(n, n, std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(GetParam()->cholesky(broken.data(), n, least.data()), n);
  }
}

TEST_P(LanesTest, SolvesRowByRow) {
  for (const Index n : {1, 3, 4, 5, 21}) {
    Matrix lower = test::random_points(n, n, 1);
    lower.diagonal().array() += 5;
    const Matrix solved = test::random_points(19, n, 2);
    Matrix v = solved * lower.triangularView<Eigen::Lower>().toDenseMatrix().transpose();
    GetParam()->solve_rows(v.data(), 19, 19, lower.data(), n);
    EXPECT_THAT(v, test::NearMatrix(solved, 1e-12));
  }
}

TEST_P(LanesTest, MultipliesMatrices) {
  for (const Index rows : {1, 7, 8, 13, 16}) {
    for (const Index columns : {1, 4, 6}) {
      const Matrix a = test::random_points(rows, 9, 1), b = test::random_points(9, columns, 2);
      Matrix c(rows, columns);
      GetParam()->multiply(a.data(), b.data(), rows, 9, columns, c.data());
      EXPECT_THAT(c, test::NearMatrix(Matrix(a * b), 1e-14));
    }
  }
}

TEST_P(LanesTest, SubtractsAProduct) {
  const Matrix v = test::random_points(77, 6, 1);
  const Vector w = test::random_vector(5, 2), before = test::random_vector(70, 3);
  Vector c = before;
  GetParam()->subtract_product(c.data(), v.data(), 70, 77, w.data(), 5);
  const Vector expected = before - v.topLeftCorner(70, 5) * w;
  EXPECT_THAT(c, test::NearMatrix(Matrix(expected), 1e-13));
}

TEST_P(LanesTest, AllInstructionSetsGiveTheSameBytes) {
  Matrix lower = test::random_points(21, 21, 1);
  lower.diagonal().array() += 5;
  Matrix mine = test::random_points(19, 21, 2), theirs = mine;
  GetParam()->solve_rows(mine.data(), 19, 19, lower.data(), 21);
  lanes::generic_table.solve_rows(theirs.data(), 19, 19, lower.data(), 21);
  EXPECT_EQ(mine, theirs);
  mine = theirs = lower * lower.transpose();
  const Vector least = Vector::Constant(21, 1e-12);
  GetParam()->cholesky(mine.data(), 21, least.data());
  lanes::generic_table.cholesky(theirs.data(), 21, least.data());
  EXPECT_EQ(mine, theirs);
  mine = theirs = test::random_points(19, 21, 4);
  Matrix my_product(19, 19), their_product(19, 19);
  GetParam()->multiply(mine.data(), lower.data(), 19, 21, 19, my_product.data());
  lanes::generic_table.multiply(mine.data(), lower.data(), 19, 21, 19, their_product.data());
  EXPECT_EQ(my_product, their_product);
  Vector c = test::random_vector(19, 3), d = c;
  GetParam()->subtract_product(c.data(), mine.data(), 19, 19, lower.data(), 21);
  lanes::generic_table.subtract_product(d.data(), mine.data(), 19, 19, lower.data(), 21);
  EXPECT_EQ(c, d);
}

INSTANTIATE_TEST_SUITE_P(InstructionSets,
                         LanesTest,
                         testing::ValuesIn(tables()),
                         [](const auto& one) { return std::string(one.param->name); });

}  // namespace
}  // namespace zopo
