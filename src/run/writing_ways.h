#pragma once
// Writing as a search method sees it: ways, what a reply of each costs beside an answer, and whence
// the candidates that were written before the search.

#include <cstdint>
#include <vector>

#include "zopo/optim/method.h"
#include "zopo/run/inputs.h"
#include "zopo/run/plan.h"
#include "zopo/settings/settings.h"
#include "zopo/write/writer.h"

namespace zopo::run {

// Candidates with exemplars, one change away from another one; no call.
inline constexpr const char* kVaryWay = "vary";

struct SearchWays {
  std::vector<optim::Way> ways;
  std::int64_t calls = 0;    // for writing, at most
  std::int64_t replies = 0;  // of the model that writes, at most
};
// What a reply costs is said in answers of the search: it takes as much as so many of them, of
// calls, tokens or dollars, whichever cap is the tightest. Finding its parent's failures comes on
// top.
SearchWays ways_of_search(const settings::Settings& settings,
                          const Inputs& inputs,
                          const Plan& plan,
                          const CostBound& bound);

// Whence the candidates that were written before the search, the last ones there are.
std::vector<optim::Written> written_by(const SearchWays& ways, const write::WrittenBatch& before);

}  // namespace zopo::run
