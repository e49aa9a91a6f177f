#include "zopo/base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace zopo {
namespace {

TEST(Rng, SameSeedAndStreamGiveTheSameNumbers) {
  Rng a(7, "initial"), b(7, "initial");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
}

TEST(Rng, StreamsAndSeedsDiffer) {
  EXPECT_NE(Rng(7, "initial").bits(), Rng(7, "order").bits());
  EXPECT_NE(Rng(7, "initial").bits(), Rng(8, "initial").bits());
}

TEST(Rng, SampleIsDistinctAndInRange) {
  const std::vector<std::int64_t> picked = Rng(1, "s").sample(50, 50);
  EXPECT_EQ(std::set<std::int64_t>(picked.begin(), picked.end()).size(), 50u);
  EXPECT_EQ(*std::max_element(picked.begin(), picked.end()), 49);
  EXPECT_FALSE(std::is_sorted(picked.begin(), picked.end()));
}

TEST(Rng, SampleIsTheShuffleOfTheWholeList) {
  std::vector<std::int64_t> all(30);
  std::iota(all.begin(), all.end(), 0);
  Rng rng(4, "s");
  for (std::size_t i = 0; i < 20; ++i) std::swap(all[i], all[i + rng.below(30 - i)]);
  all.resize(20);
  EXPECT_EQ(Rng(4, "s").sample(30, 20), all);
}

TEST(Rng, MomentsAreThoseOfTheDistributions) {
  Rng rng(3, "moments");
  double uniform = 0, normal = 0, squares = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    uniform += rng.uniform() / n;
    const double z = rng.normal();
    normal += z / n;
    squares += z * z / n;
  }
  EXPECT_NEAR(uniform, 0.5, 0.01);
  EXPECT_NEAR(normal, 0.0, 0.03);
  EXPECT_NEAR(squares, 1.0, 0.05);
}

}  // namespace
}  // namespace zopo
