#include "optim/candidate_pool.h"

#include <algorithm>
#include <numeric>

namespace zopo::optim {
namespace {

Index grown(Index capacity, Index needed) {
  return needed <= capacity ? capacity : std::max<Index>({64, needed, 2 * capacity});
}

}  // namespace

CandidatePool::CandidatePool(const KernelSpace& space, bool whole)
    : space_(space),
      whole_(whole),
      position_(static_cast<std::size_t>(space.size()), -1),
      members_(static_cast<std::size_t>(space.size()), 0),
      queried_(space) {
  if (!whole) return;
  ids_.resize(position_.size());
  std::iota(ids_.begin(), ids_.end(), 0);
  std::iota(position_.begin(), position_.end(), 0);
  std::fill(members_.begin(), members_.end(), 1);
  squared_norms_ = space.squared_norms();
}

void CandidatePool::reserve(Index rows, Index columns) {
  const Index r = grown(dots_.rows(), rows), c = grown(dots_.cols(), columns);
  if (r != dots_.rows() || c != dots_.cols()) dots_.conservativeResize(r, c);
  if (whole_ || r == points_.rows()) return;
  points_.conservativeResize(r, space_.domain().dim());
  squared_norms_.conservativeResize(r);
}

void CandidatePool::add(const std::vector<CandidateId>& ids) {
  const Index n = queried_.size();
  for (const CandidateId id : ids) {
    if (position(id) >= 0) continue;
    const Index at = size();
    reserve(at + 1, n);
    kept_dots_.clear();
    points_.row(at) = space_.point(id).transpose();
    squared_norms_(at) = space_.squared_norms()(id);
    if (n > 0)
      dots_.row(at).head(n) = (queried_.points() * points_.row(at).transpose()).transpose();
    position_[static_cast<std::size_t>(id)] = at;
    members_[static_cast<std::size_t>(id)] = 1;
    ids_.push_back(id);
  }
}

void CandidatePool::add_queried(CandidateId id) {
  add({id});
  const Index n = queried_.size();
  queried_.add(id);
  reserve(size(), n + 1);
  dots_.col(n).head(size()) = dots_with(position(id));
  kept_dots_.erase(position(id));
}

const Vector& CandidatePool::dots_with(Index at) {
  const auto known = kept_dots_.find(at);
  if (known != kept_dots_.end()) return known->second;
  return kept_dots_.emplace(at, pass_with(at)).first->second;
}

Vector CandidatePool::pass_with(Index at) const {
  if (whole_) return space_.dots(space_.point(id(at)));
  return points_.topRows(size()) * points_.row(at).transpose();
}

}  // namespace zopo::optim
