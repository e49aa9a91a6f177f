#pragma once
// Everything a run reads from files, checked against each other.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/data/known_scores.h"
#include "zopo/data/split.h"
#include "zopo/score/extract.h"
#include "zopo/score/metric.h"
#include "zopo/settings/settings.h"
#include "zopo/task/candidate.h"
#include "zopo/task/exemplars.h"
#include "zopo/task/prompt.h"

namespace zopo::run {

struct LoadedMetric {
  score::Extractor extract;
  std::unique_ptr<score::Metric> metric;  // none where a judge decides
  std::string name = {};                  // that of the settings, or the one that the data ask for
  bool keeps_apart = false;               // references that the normalisation would make one
};

struct Inputs {
  data::Splits splits;
  std::vector<task::Candidate> candidates;        // given, or free of calls; others are written
  std::vector<task::Candidate> instructions;      // the same without exemplars
  bool is_written = false;                        // the first ones that were to be are there
  std::optional<std::int64_t> baseline;           // prompt.baseline's place among them
  bool baseline_is_added = false;                 // it is none of those given, and stands first
  std::optional<task::ExemplarFormat> exemplars;  // set when candidates have them
  task::PromptTemplate prompt;
  std::vector<LoadedMetric> metrics;  // as in the settings
  // What the run depends on beside the settings: SHA-256 of data and candidates as parsed.
  std::string data_hash, candidates_hash;
  std::vector<std::string> warnings;
  std::vector<data::ScoredPrompts> scored = {};         // candidates.scores
  std::vector<std::filesystem::path> score_files = {};  // that these came from
  std::set<std::string> shown = {};  // the fields that the prompt shows, "input" among them
};

// The instructions of candidates.file, with the baseline ahead of them unless it is one of them;
// none where they are to be generated. Throws Failure{data}.
std::vector<std::string> given_instructions(const settings::Settings& settings);

// The instructions become the candidates: alone, or each with demonstrations. The baseline, alone,
// comes ahead of them unless it is one of them.
void set_instructions(const settings::Settings& settings,
                      std::vector<task::Candidate> instructions,
                      Inputs& inputs);

// Those there are, and the first ones that are going to be written.
std::int64_t expected_candidates(const settings::Settings& settings, const Inputs& inputs);

// What candidates.scores says of the candidates; as data::known_scores().
Vector known_scores(const Inputs& inputs);

// Throws Failure{config, data}: unreadable or inconsistent files, the same example on two sides.
Inputs load_inputs(const settings::Settings& settings);

}  // namespace zopo::run
