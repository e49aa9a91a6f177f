#include "bench/drawn.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/random_points.h"

namespace zopo::bench {
namespace {

std::vector<std::int64_t> recorded_of(const DrawnCandidates& drawn) {
  std::vector<std::int64_t> ids;
  for (Index i = 0; i < drawn.embeddings().rows(); ++i) ids.push_back(drawn.recorded(i));
  return ids;
}

TEST(DrawnCandidates, AreSoManyDifferentOnesWithTheirVectors) {
  const auto all = data::Embeddings::from_matrix(test::random_points(30, 3, 8));
  const DrawnCandidates drawn(all, 12, 5);
  const std::vector<std::int64_t> ids = recorded_of(drawn);
  EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), 12u);
  for (std::size_t i = 0; i < ids.size(); ++i)
    EXPECT_EQ(drawn.embeddings().row(static_cast<Index>(i)), all.row(ids[i]));
}

TEST(DrawnCandidates, AreThoseOfTheirSeed) {
  const auto all = data::Embeddings::from_matrix(test::random_points(30, 3, 8));
  const std::vector<std::int64_t> ids = recorded_of(DrawnCandidates(all, 12, 5));
  EXPECT_EQ(ids, recorded_of(DrawnCandidates(all, 12, 5)));
  EXPECT_NE(ids, recorded_of(DrawnCandidates(all, 12, 6)));
}

}  // namespace
}  // namespace zopo::bench
