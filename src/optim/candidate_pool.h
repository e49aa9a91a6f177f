#pragma once
// The candidates that a method looks at, with their inner products with the queried ones: all of
// the domain where it is small; of a large one those put in so far, so that the cost of a decision
// depends on the pool and not on the domain.

#include <map>
#include <vector>

#include "optim/queried_gram.h"
#include "zopo/optim/kernel_space.h"

namespace zopo::optim {

class CandidatePool {
 public:
  // space outlives this object. whole: every candidate is in the pool from the start, in order of
  // id.
  CandidatePool(const KernelSpace& space, bool whole);

  bool whole() const { return whole_; }
  Index size() const { return static_cast<Index>(ids_.size()); }
  CandidateId id(Index position) const { return ids_[static_cast<std::size_t>(position)]; }
  // -1: not in the pool.
  Index position(CandidateId id) const { return position_[static_cast<std::size_t>(id)]; }
  // By position.
  const std::vector<CandidateId>& ids() const { return ids_; }
  // Flags of the candidates in the pool [m].
  const Flags& members() const { return members_; }

  // Those already in the pool are passed over.
  void add(const std::vector<CandidateId>& ids);
  // The candidate is queried for the first time; it joins the pool.
  void add_queried(CandidateId id);

  const QueriedGram& queried() const { return queried_; }
  // Inner products of the pool with the queried [size x n].
  Eigen::Ref<const Matrix> dots() const { return dots_.topLeftCorner(size(), queried_.size()); }
  // |x|^2 [size].
  Eigen::Ref<const Vector> squared_norms() const { return squared_norms_.head(size()); }
  // Inner products of the pool with its member at a position [size]; kept until that member is
  // queried or the pool grows.
  const Vector& dots_with(Index position);

 private:
  void reserve(Index rows, Index columns);
  Vector pass_with(Index position) const;

  const KernelSpace& space_;
  const bool whole_;
  std::vector<CandidateId> ids_;
  std::vector<Index> position_;  // [m]
  Flags members_;
  QueriedGram queried_;
  RowMatrix points_;  // of the pool; empty where it is whole: then the embeddings are read
  Matrix dots_;       // with room to grow
  Vector squared_norms_;
  std::map<Index, Vector> kept_dots_;  // by position
};

}  // namespace zopo::optim
