#pragma once
// Some of a landscape's candidates, as if there were no others. They are numbered anew, in the
// order of the landscape.

#include <cstdint>
#include <vector>

#include "zopo/data/embeddings.h"

namespace zopo::bench {

// Rows `ids` of all, in that order.
data::Embeddings rows_of(const data::Embeddings& all, const std::vector<std::int64_t>& ids);

class DrawnCandidates {
 public:
  // So many, drawn by the seed. Requires 0 < candidates <= all.rows().
  DrawnCandidates(const data::Embeddings& all, std::int64_t candidates, std::uint64_t seed);

  const data::Embeddings& embeddings() const { return embeddings_; }
  // The candidate of the landscape that is number `id` here.
  std::int64_t recorded(std::int64_t id) const { return ids_.at(static_cast<std::size_t>(id)); }

 private:
  std::vector<std::int64_t> ids_;
  data::Embeddings embeddings_;
};

}  // namespace zopo::bench
