#pragma once
// What a search chooses among: an instruction, alone or with demonstrations in a certain order.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace zopo::task {

struct Candidate {
  Candidate() = default;
  // An instruction alone. Implicit, for that is what most are.
  Candidate(std::string only) : instruction(std::move(only)) {}
  Candidate(const char* only) : instruction(only) {}

  std::string instruction;
  std::vector<std::int64_t> exemplars = {};  // indices in train, in the order shown
  std::string shown = {};                    // they, as they stand in a request
  std::string way = {};                      // how it was made; empty: it was given
  std::vector<std::int64_t> parents = {};    // candidates it was written from, by their place

  // All of it, for people to read and for embedding.
  std::string text() const { return shown.empty() ? instruction : instruction + "\n\n" + shown; }
  bool is_same(const Candidate& other) const {
    return instruction == other.instruction && exemplars == other.exemplars;
  }
};

inline std::vector<std::string> texts_of(const std::vector<Candidate>& candidates) {
  std::vector<std::string> texts;
  texts.reserve(candidates.size());
  for (const Candidate& one : candidates) texts.push_back(one.text());
  return texts;
}

}  // namespace zopo::task
