#pragma once
// Does a prompt hold an example? Runs of eight words are looked up; what has fewer words is looked
// up whole.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "zopo/data/dataset.h"

namespace zopo::write {

inline constexpr std::size_t kRun = 8;  // words

// All runs of kRun words of a text.
void add_runs(const std::string& text, std::unordered_set<std::string>& runs);

class Copies {
 public:
  // allowed: runs that may stand anywhere. labels: the outputs are labels, which a prompt names
  // anyway; then an output beside a short input says nothing.
  Copies(const data::Dataset& dataset, const std::unordered_set<std::string>& allowed, bool labels);

  // The words met; nothing when the prompt holds no example.
  std::optional<std::string> found_in(const std::string& prompt) const;

 private:
  struct Short {
    std::vector<std::string> outputs;  // each as a run of words, between blanks
    bool tells_alone = false;          // long enough to be no chance
  };
  void add(const data::Example& example, bool labels);

  std::unordered_set<std::string> runs_;
  std::unordered_map<std::string, Short> short_inputs_;
};

}  // namespace zopo::write
