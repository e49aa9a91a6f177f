#pragma once
// How examples are shared out where nobody says it, so that a search can be afforded.

#include <cstddef>

#include "zopo/data/split.h"

namespace zopo::data {

// How many examples each side gets where nobody says it: a seventh for train, the rest in halves,
// at most 100 each. Of few, dev gets its 40 first, as long as test keeps 10.
struct Shares {
  std::size_t train = 0, dev = 0, test = 0;
};
Shares usual_shares(std::size_t examples);
// The same of all the examples, as nearly as repeated inputs allow; labels keep their shares on all
// sides. Throws Failure{data} for fewer than four.
SplitSizes usual_split(const Dataset& all);

// Keeps `most` examples of a side, drawn at random, in their order. False: it has no more.
bool draw_examples(Dataset& side, std::size_t most);

}  // namespace zopo::data
