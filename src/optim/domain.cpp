#include "zopo/optim/domain.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "optim/scan.h"

namespace zopo::optim {
namespace {

// 1, or the power of two that brings entries of extreme size near 1.
double unit_for(double largest) {
  if (!(largest > 0) || (1e-120 < largest && largest < 1e120)) return 1;
  return std::ldexp(1.0, std::clamp(-std::ilogb(largest), -1022, 1022));
}

double largest_entry(const data::Embeddings& embeddings) {
  double largest = 0;
  for_storage(embeddings, [&](const auto* data, Index m, Index d) {
    for (Index i = 0; i < m * d; ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(data[i])));
    }
  });
  return largest;
}

Vector all_dots(const data::Embeddings& embeddings, const lanes::Against& against) {
  Vector result(embeddings.rows());
  for_blocks(embeddings, every_row, [&](const auto& block) {
    lanes::dot(block.rows.data(), block.count, against, &result(block.ids[0]));
  });
  return result;
}

bool holds_doubles(const data::Embeddings& embeddings) {
  return std::holds_alternative<data::Embeddings::Doubles>(embeddings.storage());
}

}  // namespace

Domain::Domain(data::Embeddings embeddings)
    : embeddings_(std::move(embeddings)), squared_norms_(embeddings_.rows()) {
  // Squares of floats never leave the range of a double.
  if (holds_doubles(embeddings_)) unit_ = unit_for(largest_entry(embeddings_));
  const Vector origin = Vector::Zero(dim());
  squared_norms_ = squared_distances(origin);
}

Vector Domain::point(CandidateId id) const { return unit_ * embeddings_.row(id); }

RowMatrix Domain::points(const std::vector<CandidateId>& ids) const {
  RowMatrix x(static_cast<Index>(ids.size()), dim());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    x.row(static_cast<Index>(i)) = point(ids[i]).transpose();
  }
  return x;
}

Vector Domain::dots(const Eigen::Ref<const Vector>& x) const {
  assert(x.size() == dim());
  return all_dots(embeddings_, {x.data(), dim(), unit_});
}

Vector Domain::dots(const Eigen::Ref<const Vector>& x,
                    const Eigen::Ref<const Vector>& origin) const {
  assert(x.size() == dim() && origin.size() == dim());
  return all_dots(embeddings_, {x.data(), dim(), unit_, origin.data()});
}

Vector Domain::center() const {
  Vector sum = Vector::Zero(dim());
  for_storage(embeddings_, [&](const auto* data, Index m, Index d) {
    for (Index i = 0; i < m; ++i) {
      for (Index j = 0; j < d; ++j) sum(j) += static_cast<double>(data[i * d + j]) * unit_;
    }
  });
  return size() > 0 ? Vector(sum / static_cast<double>(size())) : sum;
}

Vector Domain::squared_distances(const Eigen::Ref<const Vector>& x) const {
  assert(x.size() == dim());
  Vector result(size());
  const lanes::Against against{x.data(), dim(), unit_};
  for_blocks(embeddings_, every_row, [&](const auto& block) {
    lanes::squared_distance(block.rows.data(), block.count, against, &result(block.ids[0]));
  });
  return result;
}

std::vector<CandidateId> Domain::nearest(const Eigen::Ref<const Vector>& x,
                                         Index count,
                                         const Flags* skip) const {
  return optim::nearest(embeddings_, x, count, skip, unit_);
}

}  // namespace zopo::optim
