#pragma once
// Candidate prompts from files. A prompt is a text of any lines, taken as it stands.
//
//   .jsonl .json .csv .yaml   records that are whole prompts: a text, or "prompt" of an object (in
//                             yaml a list, or the list "prompts")
//   .md .markdown .prompt     one prompt
//   .txt                      alone: a prompt a line; one of several files: one prompt

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::data {

struct Candidates {
  std::vector<std::string>
      prompts;  // in file order, exact duplicates kept (ids are positions in the file)
  std::vector<std::string> where;  // of each: "candidates.jsonl:3", "prompts/short.md"
};

// Throws Failure{data}: unreadable file, no candidates, an empty candidate (with its line), invalid
// UTF-8 (with its line), an unknown extension. In a txt with a prompt a line empty lines are
// refused unless they end the file, and so are lines that look like parts of one prompt: headings,
// items of a list, fences; a line may hold "\n" as two characters, kept as is.
Candidates load_candidates(const std::filesystem::path& file);

// Of several files, and of globs ("prompts/*.md"; matches in the order of their bytes), one after
// the other. One name that is no glob is load_candidates(file). Throws also where a glob matches
// nothing.
Candidates load_candidates(const std::vector<std::filesystem::path>& files);

// Groups of ids, for a warning, in the order of their first ids.
using CandidateGroups = std::vector<std::vector<std::size_t>>;
// Equal texts.
CandidateGroups equal_candidates(const std::vector<std::string>& prompts);
// Different texts, with their equals, that key makes one and not nothing.
CandidateGroups alike_candidates(const std::vector<std::string>& prompts,
                                 const std::function<std::string(std::string_view)>& key);

}  // namespace zopo::data
