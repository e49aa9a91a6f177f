#pragma once
// Candidates from text in memory.

#include <string>
#include <string_view>

#include "zopo/data/candidates.h"

namespace zopo::data {

// extension: ".txt" (a prompt a line), ".jsonl", ".ndjson", ".json", ".csv", ".yaml", ".yml", or
// one of a file that is one prompt. name: the file, for messages. Throws as load_candidates.
Candidates parse_candidates(std::string_view text,
                            const std::string& name,
                            const std::string& extension);

// What in a line makes it look like a part of a longer prompt: "a heading", "an item of a list",
// "a fence"; nullptr: nothing.
const char* part_of_a_prompt(std::string_view line);

}  // namespace zopo::data
