#pragma once
// The queried candidates as points in kernel units (kernel_space.h) with all their inner products,
// grown point by point: O(n d) for the n-th.

#include <cstddef>
#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/optim/kernel_space.h"

namespace zopo::optim {

class QueriedGram {
 public:
  // space outlives this object.
  explicit QueriedGram(const KernelSpace& space);

  void add(CandidateId id);

  Index size() const { return static_cast<Index>(ids_.size()); }
  CandidateId id(Index i) const { return ids_[static_cast<std::size_t>(i)]; }
  const std::vector<CandidateId>& ids() const { return ids_; }
  // [n x d], [n x n], [n].
  Eigen::Ref<const RowMatrix> points() const { return points_.topRows(size()); }
  Eigen::Ref<const Matrix> dots() const { return dots_.topLeftCorner(size(), size()); }
  Eigen::Ref<const Vector> squared_norms() const { return squared_norms_.head(size()); }
  // Squared distance of two queried points, >= 0.
  double squared_distance(Index i, Index j) const;
  // Positions of the count points nearest to point at, itself included, nearest first, equal
  // distances in the order queried.
  std::vector<Index> nearest(Index at, Index count) const;

 private:
  void reserve(Index n);

  const KernelSpace& space_;
  std::vector<CandidateId> ids_;
  RowMatrix points_;
  Matrix dots_;
  Vector squared_norms_;
};

}  // namespace zopo::optim
