#include "bench/drawn.h"

#include <algorithm>

#include "zopo/base/random.h"

namespace zopo::bench {
namespace {

std::vector<std::int64_t> draw(std::int64_t among, std::int64_t candidates, std::uint64_t seed) {
  std::vector<std::int64_t> ids = Rng(seed, "drawn candidates").sample(among, candidates);
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

data::Embeddings rows_of(const data::Embeddings& all, const std::vector<std::int64_t>& ids) {
  RowMatrix z(static_cast<Index>(ids.size()), all.dim());
  for (std::size_t i = 0; i < ids.size(); ++i)
    z.row(static_cast<Index>(i)) = all.row(ids[i]).transpose();
  return data::Embeddings::from_matrix(std::move(z));
}

DrawnCandidates::DrawnCandidates(const data::Embeddings& all,
                                 std::int64_t candidates,
                                 std::uint64_t seed)
    : ids_(draw(all.rows(), candidates, seed)), embeddings_(rows_of(all, ids_)) {}

}  // namespace zopo::bench
