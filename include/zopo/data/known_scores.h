#pragma once
// What earlier runs, or other models, say about candidates: their scores there, as one figure a
// candidate that a search begins from. How good a prompt is is partly the same for all models, so
// the mean of several says more than one.

#include <filesystem>
#include <string>
#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/data/landscape.h"

namespace zopo::data {

// One model's scores of some prompts.
struct ScoredPrompts {
  std::vector<std::string> prompts;  // [n]
  std::vector<double> scores;        // [n], in [0, 1]
  std::vector<double> answers;       // [n], that each score is the mean of; empty: many
};

// The files by their names; a glob stands for those that match it now. Throws Failure{data}: none
// does.
std::vector<std::filesystem::path> score_files(const std::vector<std::filesystem::path>& names);

// Every model of every file, a landscape (landscape.h) or what a finished run left as scores.json.
// names: as of score_files(). Throws Failure{data}: that, and those of load_landscapes().
std::vector<ScoredPrompts> load_scored_prompts(const std::vector<std::filesystem::path>& names);

// For each candidate the mean over the models that know it, byte for byte, in standard deviations
// about the mean of those known; 0 for others [m]. Each model counts in its own standard
// deviations, each of its scores drawn towards their mean as far as its answers are few. Empty
// where nothing tells candidates apart.
Vector known_scores(const std::vector<ScoredPrompts>& models,
                    const std::vector<std::string>& candidates);

}  // namespace zopo::data
