#pragma once
// What `zopo optimize` and `zopo generate` say about written candidates, and the files they write
// them to.

#include <optional>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/task/candidate.h"
#include "zopo/write/writer.h"

namespace zopo::run {

// "30 refusal, 4 near": why replies did not become candidates; empty when all did.
std::string dropped_text(const write::WrittenBatch& batch);
// What ended it, or that nothing usable came where nothing else is there.
std::optional<Error> writing_error(const write::WrittenBatch& batch, bool has_others);

// One line a candidate: {"prompt", "way", "parents"}, and with exemplars {"exemplars", "text"};
// what was given has no way.
std::string candidates_jsonl(const std::vector<task::Candidate>& candidates);
// One line a text that was dropped: {"reason", "detail", "way", "text"}.
std::string rejected_jsonl(const std::vector<write::Dropped>& dropped);

// Written prompts as candidates.
std::vector<task::Candidate> as_candidates(const std::vector<write::Written>& written);

}  // namespace zopo::run
