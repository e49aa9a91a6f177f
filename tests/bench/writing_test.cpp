#include "bench/writing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/random_points.h"
#include "zopo/optim/nearest.h"

namespace zopo::bench {
namespace {

class Hidden : public testing::Test {
 protected:
  optim::Written write(std::vector<optim::CandidateId> parents, std::int64_t replies) {
    return hidden_.write(
        {.way = parents.empty() ? 0 : 1, .parents = std::move(parents), .replies = replies});
  }
  std::set<std::int64_t> known() const {
    std::set<std::int64_t> known;
    for (Index i = 0; i < hidden_.embeddings().rows(); ++i) known.insert(hidden_.recorded(i));
    return known;
  }

  const data::Embeddings all_ = data::Embeddings::from_matrix(test::random_points(40, 3, 8));
  HiddenCandidates hidden_{all_, 3, 11};
};

TEST_F(Hidden, AFewAreKnownAtFirst) { EXPECT_EQ(known().size(), 3u); }

TEST_F(Hidden, WritingRevealsEachOnceUntilNoneIsLeft) {
  EXPECT_EQ(write({}, 30).candidates, 30);
  EXPECT_EQ(write({}, 30).candidates, 7);
  EXPECT_EQ(write({}, 30).candidates, 0);
  EXPECT_EQ(known().size(), 40u);
}

TEST_F(Hidden, AChildIsOneOfTheTenNearest) {
  optim::Flags itself(40, 0);
  itself[static_cast<std::size_t>(hidden_.recorded(1))] = 1;
  const auto near = optim::nearest(all_, all_.row(hidden_.recorded(1)), 10, &itself);
  const std::int64_t came = write({1}, 20).candidates;
  EXPECT_GE(came, 8);  // two of the ten may be known
  for (Index i = 3; i < 3 + came; ++i)
    EXPECT_NE(std::find(near.begin(), near.end(), hidden_.recorded(i)), near.end());
  EXPECT_EQ(write({1}, 1).candidates, 0);
}

TEST_F(Hidden, WhatIsKnownKeepsItsNumberAndItsVector) {
  const std::int64_t second = hidden_.recorded(1);
  write({}, 10);
  EXPECT_EQ(hidden_.recorded(1), second);
  EXPECT_EQ(hidden_.embeddings().row(1), all_.row(second));
}

}  // namespace
}  // namespace zopo::bench
