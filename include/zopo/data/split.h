#pragma once
// One file -> train, dev and test, seeded, stratified by the first reference when asked, no example
// on two sides.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"

namespace zopo::data {

struct SplitSizes {
  // Counts (>= 1) or fractions of the whole (< 1); 0 = none. Together at most all there are.
  double train = 0;
  double dev = 0;
  double test = 0;
  std::uint64_t seed = 0;
  bool stratify = false;
};

struct Splits {
  Dataset train;  // may be empty
  Dataset dev;
  Dataset test;  // may be empty
};

// What makes an example another one: all that the prompt shows of it. shown: the names of its
// placeholders; "input" is the input.
std::string identity_of(const Example& example, const std::set<std::string>& shown);

// Examples of equal identity are kept together on one side, so that the sides are disjoint as texts
// too (find_overlaps of the result is empty). Counts are met exactly, fractions as nearly as
// repeated inputs allow. Throws Failure{data} when the sizes do not fit.
Splits split_dataset(const Dataset& all,
                     const SplitSizes& sizes,
                     const std::set<std::string>& shown = {"input"});

// The inputs of examples that stand in more than one of the given sets, for the refusal of
// overlapping files: (input, "dev and test"). Empty when the sets are disjoint.
struct Overlap {
  std::string input;
  std::string where;
};
std::vector<Overlap> find_overlaps(const Splits& splits,
                                   const std::set<std::string>& shown = {"input"});

}  // namespace zopo::data
