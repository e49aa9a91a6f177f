#pragma once
// Writing without a model: of a recorded landscape only a few candidates are known at first, the
// others are hidden. A reply "writes" one of them: the way "new" any, "near" one of the ten nearest
// to its parent by embedding; nothing where all of these are known. What a method sees are the
// known ones, numbered in the order in which they came.

#include <cstdint>
#include <vector>

#include "zopo/base/random.h"
#include "zopo/data/embeddings.h"
#include "zopo/optim/method.h"

namespace zopo::bench {

class HiddenCandidates {
 public:
  // all outlives this object. known: at first, drawn by the seed.
  HiddenCandidates(const data::Embeddings& all, std::int64_t known, std::uint64_t seed);

  // Ways at a cost of so many calls a reply.
  static std::vector<optim::Way> ways(std::int64_t cost);

  // Of the candidates known, in their order.
  data::Embeddings embeddings() const;
  // The recorded candidate that is number `id`.
  std::int64_t recorded(optim::CandidateId id) const {
    return known_.at(static_cast<std::size_t>(id));
  }
  optim::Written write(const optim::WriteOrder& order);

 private:
  std::vector<std::int64_t> hidden_among(const optim::WriteOrder& order) const;

  const data::Embeddings& all_;
  std::vector<std::int64_t> known_;
  std::vector<char> is_known_;  // of all
  Rng rng_;
};

}  // namespace zopo::bench
