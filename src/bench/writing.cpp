#include "bench/writing.h"

#include <algorithm>

#include "bench/drawn.h"
#include "zopo/optim/nearest.h"

namespace zopo::bench {
namespace {

constexpr Index kNearBy = 10;

}  // namespace

HiddenCandidates::HiddenCandidates(const data::Embeddings& all,
                                   std::int64_t known,
                                   std::uint64_t seed)
    : all_(all),
      known_(Rng(seed, "known").sample(all.rows(), std::min<std::int64_t>(known, all.rows()))),
      is_known_(static_cast<std::size_t>(all.rows()), 0),
      rng_(seed, "writing") {
  for (const std::int64_t one : known_) is_known_[static_cast<std::size_t>(one)] = 1;
}

std::vector<optim::Way> HiddenCandidates::ways(std::int64_t cost) {
  return {{.name = "new", .parents = optim::Parents::none, .cost = cost},
          {.name = "near", .parents = optim::Parents::one, .cost = cost}};
}

data::Embeddings HiddenCandidates::embeddings() const { return rows_of(all_, known_); }

std::vector<std::int64_t> HiddenCandidates::hidden_among(const optim::WriteOrder& order) const {
  std::vector<std::int64_t> hidden;
  const auto keep = [&](std::int64_t one) {
    if (is_known_[static_cast<std::size_t>(one)] == 0) hidden.push_back(one);
  };
  if (order.parents.empty()) {
    for (std::int64_t one = 0; one < all_.rows(); ++one) keep(one);
    return hidden;
  }
  const std::int64_t parent = recorded(order.parents.front());
  optim::Flags itself(is_known_.size(), 0);
  itself[static_cast<std::size_t>(parent)] = 1;
  for (const std::int64_t one : optim::nearest(all_, all_.row(parent), kNearBy, &itself)) keep(one);
  return hidden;
}

optim::Written HiddenCandidates::write(const optim::WriteOrder& order) {
  optim::Written written{order.way, order.parents, order.replies, 0};
  for (std::int64_t reply = 0; reply < order.replies; ++reply) {
    const std::vector<std::int64_t> hidden = hidden_among(order);
    if (hidden.empty()) break;
    const std::int64_t one = hidden[rng_.below(hidden.size())];
    is_known_[static_cast<std::size_t>(one)] = 1;
    known_.push_back(one);
    ++written.candidates;
  }
  return written;
}

}  // namespace zopo::bench
