#include "optim/queried_gram.h"

#include <algorithm>
#include <numeric>

#include "zopo/base/lanes.h"

namespace zopo::optim {

QueriedGram::QueriedGram(const KernelSpace& space)
    : space_(space), points_(0, space.domain().dim()), dots_(0, 0), squared_norms_(0) {}

void QueriedGram::reserve(Index n) {
  if (n <= points_.rows()) return;
  const Index capacity = std::max<Index>(64, 2 * points_.rows());
  points_.conservativeResize(capacity, Eigen::NoChange);
  dots_.conservativeResize(capacity, capacity);
  squared_norms_.conservativeResize(capacity);
}

void QueriedGram::add(CandidateId id) {
  const Index n = size();
  reserve(n + 1);
  points_.row(n) = space_.point(id).transpose();
  std::vector<const double*> rows;
  for (Index i = 0; i <= n; ++i) rows.push_back(points_.row(i).data());
  Vector row(n + 1);
  lanes::dot(rows.data(), n + 1, {points_.row(n).data(), points_.cols()}, row.data());
  dots_.col(n).head(n + 1) = row;
  dots_.row(n).head(n + 1) = row.transpose();
  squared_norms_(n) = row(n);
  ids_.push_back(id);
}

double QueriedGram::squared_distance(Index i, Index j) const {
  return std::max(squared_norms_(i) + squared_norms_(j) - 2 * dots_(i, j), 0.0);
}

std::vector<Index> QueriedGram::nearest(Index at, Index count) const {
  Vector distances(size());
  for (Index i = 0; i < size(); ++i) distances(i) = i == at ? -1.0 : squared_distance(at, i);
  std::vector<Index> order(static_cast<std::size_t>(size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Index i, Index j) { return distances(i) < distances(j); });
  order.resize(static_cast<std::size_t>(std::min(count, size())));
  return order;
}

}  // namespace zopo::optim
