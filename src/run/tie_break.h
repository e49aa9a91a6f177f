#pragma once
// Among prompts that score alike the one that is shorter, or costs less.

#include <string>
#include <vector>

#include "zopo/run/search_loop.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

// Of the candidates that have at least as many dev examples as best, and a mean of at most
// tie_tolerance below its: the shortest (in bytes), or the one whose answers took the least (in
// dollars where the price is known, else in tokens; per example). best itself where nothing is
// less.
optim::CandidateId preferred(const settings::Settings& settings,
                             const std::vector<task::Candidate>& candidates,
                             const SearchState& search,
                             optim::CandidateId best);

// Is a shorter or cheaper than b, whichever evaluation.tie_break weighs? False where it weighs
// nothing, or where one of them has no answer.
bool is_lighter(const settings::Settings& settings,
                const std::vector<task::Candidate>& candidates,
                const SearchState& search,
                optim::CandidateId a,
                optim::CandidateId b);

}  // namespace zopo::run
