#pragma once
// Recorded landscapes: for the candidates of one task the accuracy of each, measured once, so that
// search methods can be compared without an LLM.
//
//   {"task": "navigate", "candidates": ["..", ..], "scores": {"model": [0.51, ..], ..}}
//
// One model's scores are one landscape. Outcomes of single examples are drawn from the recorded
// accuracy by hashing, so that every method meets the same ones, in whatever order it asks.
//
// A file may hold the outcomes themselves, of every candidate on the same examples: 0 and 1 as a
// string, or scores in [0, 1] as a list. A model's scores are then their means, and each seed draws
// its dev examples from the recorded ones.
//
//   {.., "scores": {"model": [0.75, ..]}, "outcomes": {"model": ["0111", ..], ..}}
//
// Where scores are means of few answers, a file says of how many: "answers": {"model": [12, ..]}.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/data/embeddings.h"

namespace zopo::data {

struct LandscapeTask {
  std::string name;
  std::vector<std::string> candidates;              // [m]
  std::optional<std::filesystem::path> embeddings;  // the .npy named in or beside the file
};

struct Landscape {
  std::string name;            // "task/model"
  std::size_t task = 0;        // position in LandscapeSet::tasks
  std::vector<double> values;  // [m], each in [0, 1]
  // [m x examples], row by row, each in [0, 1]; empty where the file has none.
  std::vector<double> outcomes = {};
  // [m], how many answers each value is the mean of, at least 1; empty where the file does not say.
  std::vector<double> answers = {};
  std::int64_t examples() const {
    return values.empty() ? 0 : static_cast<std::int64_t>(outcomes.size() / values.size());
  }
  double median = 0;
  double best = 0;
};

struct LandscapeSet {
  std::vector<LandscapeTask> tasks;
  std::vector<Landscape> landscapes;  // by file, then by model name
};

// Only landscapes whose best exceeds their median by at least min_spread. A file's embeddings are
// those of its key "embeddings" (relative to it), else FILE.npy beside FILE.json, else none. Throws
// Failure{data}: unreadable files, sizes that differ, values outside [0, 1], scores that are not
// the means of the outcomes (to 0.001).
LandscapeSet load_landscapes(const std::vector<std::filesystem::path>& files, double min_spread);

// One model's outcomes, as the file has them: strings where all of a candidate's are 0 or 1, else
// lists. outcomes: one vector a candidate.
nlohmann::json outcomes_json(const std::vector<std::vector<double>>& outcomes);

// Of a landscape with recorded outcomes: those, of dev examples that are drawn for each seed
// without replacement; difficulty does not apply. Of one without:
// draws of 0 or 1, fixed by (seed, landscape, candidate, example). With difficulty > 0 the examples
// differ: P(1) = logistic(a_candidate + b_example), b_example ~ N(0, difficulty^2) fixed by (seed,
// landscape, example), and a_candidate such that the mean over b is the recorded accuracy.
// Immutable; thread-safe.
class RecordedOutcomes {
 public:
  RecordedOutcomes(const Landscape& landscape, double difficulty);

  // The dev examples of a seed as positions in the record; empty where outcomes are drawn by
  // hashing. Throws Failure{config} where fewer are recorded.
  std::vector<std::int64_t> dev_examples(std::uint64_t seed, std::int64_t dev) const;
  // example: a position in the record.
  double recorded(std::int64_t candidate, std::int64_t example) const;

  // For landscapes without recorded outcomes.
  double outcome(std::uint64_t seed, std::int64_t candidate, std::int64_t example) const;
  // P(outcome = 1), for tests.
  double probability(std::uint64_t seed, std::int64_t candidate, std::int64_t example) const;
  // A seed that no other landscape shares, for everything else that is random in a run on it.
  std::uint64_t run_seed(std::uint64_t seed) const;

 private:
  std::string name_;
  std::uint64_t landscape_;  // hash of its name
  double difficulty_;
  std::vector<double> values_;
  std::vector<double> recorded_;  // [m x examples_]
  std::int64_t examples_;
  std::vector<double> abilities_;  // a_candidate; empty without difficulty
};

}  // namespace zopo::data
