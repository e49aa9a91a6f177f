#include "zopo/optim/nearest.h"

#include <algorithm>
#include <cassert>
#include <type_traits>
#include <utility>

#include "optim/scan.h"

namespace zopo::optim {
namespace {

struct Neighbour {
  double squared_distance;
  CandidateId id;
  bool operator<(const Neighbour& other) const {
    if (squared_distance != other.squared_distance) {
      return squared_distance < other.squared_distance;
    }
    return id < other.id;
  }
};

// The smallest `count` of those offered, kept as a max-heap.
class Nearest {
 public:
  explicit Nearest(Index count) : count_(static_cast<std::size_t>(count)) {}

  void offer(Neighbour next) {
    if (heap_.size() == count_) {
      if (count_ == 0 || !(next < heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.back() = next;
    } else {
      heap_.push_back(next);
    }
    std::push_heap(heap_.begin(), heap_.end());
  }
  std::vector<CandidateId> sorted() && {
    std::sort_heap(heap_.begin(), heap_.end());
    std::vector<CandidateId> ids;
    for (const Neighbour& neighbour : heap_) ids.push_back(neighbour.id);
    return ids;
  }

 private:
  std::size_t count_;
  std::vector<Neighbour> heap_;
};

}  // namespace

std::vector<CandidateId> nearest(const data::Embeddings& embeddings,
                                 const Eigen::Ref<const Vector>& x,
                                 Index count,
                                 const Flags* skip,
                                 double unit) {
  assert(x.size() == embeddings.dim() && count >= 0);
  Nearest best(count);
  const auto wanted = [&](Index i) {
    return skip == nullptr || (*skip)[static_cast<std::size_t>(i)] == 0;
  };
  for_blocks(embeddings, wanted, [&](const auto& block) {
    std::array<double, std::remove_cvref_t<decltype(block)>::kRows> distances;
    lanes::squared_distance(block.rows.data(), block.count, {x.data(), x.size(), unit},
                            distances.data());
    for (Index i = 0; i < block.count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      best.offer({distances[at], block.ids[at]});
    }
  });
  return std::move(best).sorted();
}

}  // namespace zopo::optim
