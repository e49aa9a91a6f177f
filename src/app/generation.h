#pragma once
// What `zopo optimize` and `zopo generate` share about generated candidates: what to say about
// them, and the files they are written to.

#include <optional>
#include <string>
#include <vector>

#include "zopo/app/settings.h"
#include "zopo/base/error.h"
#include "zopo/task/candidate.h"
#include "zopo/task/generate.h"

namespace zopo::app {

// "30 refusal, 4 near": why replies did not become candidates; empty when all did.
std::string dropped_text(const task::Generation& made);
// Fewer than wanted, and why.
std::vector<std::string> generation_warnings(const task::Generation& made, std::int64_t wanted);
// What ended it, or that nothing usable came: then there is nothing to search.
std::optional<Error> generation_error(const task::Generation& made);

// One line a candidate: {"prompt": .., "way": ..}, and with exemplars {"exemplars": [..], "text":
// ..}; what was given has no way.
std::string candidates_jsonl(const std::vector<task::Candidate>& candidates);
// The same of what was generated.
std::string candidates_jsonl(const std::vector<std::string>& prompts,
                             const std::vector<task::Generated>& made);

}  // namespace zopo::app
