#include "zopo/data/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "tests/support/failure.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::HasSubstr;
using testing::IsEmpty;

// n examples, of which every copies stand side by side with one input; labels "a" for two thirds.
Dataset examples(int n, int copies = 1) {
  Dataset all{"all.json", {}};
  for (int i = 0; i < n; ++i) {
    const int group = i / copies;
    all.examples.push_back({std::to_string(group), {group % 3 == 0 ? "b" : "a"}, {}});
  }
  return all;
}

std::array<std::size_t, 3> sizes_of(const Splits& splits) {
  return {splits.train.examples.size(), splits.dev.examples.size(), splits.test.examples.size()};
}

TEST(Split, CountsAndFractionsAreMet) {
  struct Case {
    double train, dev, test;
    std::array<std::size_t, 3> sizes;
  };
  const Case cases[] = {{10, 20, 30, {10, 20, 30}},
                        {0, 20, 80, {0, 20, 80}},
                        {0.5, 0.25, 0.25, {50, 25, 25}},
                        {0.1, 0.2, 0.7, {10, 20, 70}},
                        {0.333, 0.333, 0.334, {33, 34, 33}},
                        {0, 20, 0.5, {0, 20, 50}},
                        {0, 1, 0, {0, 1, 0}},
                        {0.4, 0.4, 0.2, {40, 40, 20}}};
  for (const Case& c : cases) {
    EXPECT_EQ(sizes_of(split_dataset(examples(100), {c.train, c.dev, c.test})), c.sizes);
  }
  EXPECT_EQ(sizes_of(split_dataset(examples(10), {0.5, 0.25, 0.25})),
            (std::array<std::size_t, 3>{5, 3, 2}));
}

TEST(Split, TheSeedDecides) {
  const auto first_dev = [](std::uint64_t seed) {
    return split_dataset(examples(100), {0, 20, 80, seed}).dev.examples[0].input;
  };
  EXPECT_EQ(first_dev(1), first_dev(1));
  std::set<std::string> firsts;
  for (std::uint64_t seed = 0; seed < 10; ++seed) firsts.insert(first_dev(seed));
  EXPECT_GT(firsts.size(), 3u);
}

TEST(Split, NoExampleStandsOnTwoSides) {
  const Splits splits = split_dataset(examples(100, 2), {20, 30, 50});
  EXPECT_EQ(sizes_of(splits), (std::array<std::size_t, 3>{20, 30, 50}));
  EXPECT_THAT(find_overlaps(splits), IsEmpty());
}

TEST(Split, StratifiedSidesHoldTheLabelsInTheirShares) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Splits splits = split_dataset(examples(300), {30, 60, 210, seed, true});
    for (const Dataset* side : {&splits.train, &splits.dev, &splits.test}) {
      std::map<std::string, double> shares;
      for (const Example& example : side->examples) ++shares[example.references[0]];
      const auto n = static_cast<double>(side->examples.size());
      EXPECT_NEAR(shares["b"], n / 3, 1.5);
    }
  }
}

TEST(Split, SizesThatDoNotFitAreRefused) {
  const auto failure = [](int n, int copies, SplitSizes sizes) {
    return failure_of([&] { split_dataset(examples(n, copies), sizes); });
  };
  EXPECT_THAT(failure(10, 1, {5, 5, 5}), FailsWith(ErrorKind::data, HasSubstr("15 examples")));
  EXPECT_THAT(failure(10, 1, {0.5, 0.5, 0.5}), FailsWith(ErrorKind::data, HasSubstr("together")));
  EXPECT_THAT(failure(10, 1, {0, 2.5, 0}), FailsWith(ErrorKind::data, HasSubstr("2.5")));
  EXPECT_THAT(failure(10, 1, {0, -1, 0}), FailsWith(ErrorKind::data, HasSubstr("-1")));
  EXPECT_THAT(failure(10, 1, {0, 0.01, 0}), FailsWith(ErrorKind::data, HasSubstr("less than one")));
  EXPECT_THAT(failure(10, 1, {0, 1e300, 0}), FailsWith(ErrorKind::data, HasSubstr("10")));
  EXPECT_THAT(failure(10, 2, {0, 3, 5}), FailsWith(ErrorKind::data, HasSubstr("equal input")));
  EXPECT_THAT(failure(10, 10, {0, 5, 5}), FailsWith(ErrorKind::data, HasSubstr("only 0 fit")));
}

TEST(Overlaps, InputsOnSeveralSidesAreNamed) {
  Splits splits;
  splits.train.examples = {{"a", {"1"}, {}}, {"b", {"1"}, {}}};
  splits.dev.examples = {{"b", {"2"}, {}}, {"c", {"1"}, {}}};
  splits.test.examples = {{"b", {"1"}, {}}, {"c", {"1"}, {}}, {"d", {"1"}, {}}};
  const std::vector<Overlap> overlaps = find_overlaps(splits);
  ASSERT_EQ(overlaps.size(), 2u);
  EXPECT_EQ(overlaps[0].input + ": " + overlaps[0].where, "b: train and dev and test");
  EXPECT_EQ(overlaps[1].input + ": " + overlaps[1].where, "c: dev and test");
}

}  // namespace
}  // namespace zopo::data
