#pragma once
// Everything a run reads from files, checked against each other.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "zopo/app/settings.h"
#include "zopo/data/dataset.h"
#include "zopo/data/extract.h"
#include "zopo/data/metric.h"
#include "zopo/data/split.h"
#include "zopo/task/candidate.h"
#include "zopo/task/exemplars.h"
#include "zopo/task/prompt.h"

namespace zopo::app {

struct LoadedMetric {
  data::Extractor extract;
  std::unique_ptr<data::Metric> metric;  // none where a judge decides
  std::string name = {};                 // that of the settings, or the one that the data ask for
};

struct Inputs {
  data::Splits splits;
  std::vector<task::Candidate> candidates;        // none yet when they are to be generated
  std::optional<std::int64_t> baseline;           // prompt.baseline's place among them
  bool baseline_is_added = false;                 // it is none of those given, and stands first
  std::optional<task::ExemplarFormat> exemplars;  // set when candidates have them
  std::vector<std::string> seeds;                 // that generation starts from
  std::optional<std::int64_t> generated_with;     // calls that the candidates were generated with
  task::PromptTemplate prompt;
  std::vector<LoadedMetric> metrics;  // as in the settings
  // What the run depends on beside the settings: SHA-256 of data and candidates as parsed.
  std::string data_hash, candidates_hash;
  std::vector<std::string> warnings;
  std::set<std::string> shown = {};  // the fields that the prompt shows, "input" among them
};

// The instructions of candidates.file, with the baseline ahead of them unless it is one of them;
// none where they are to be generated. Throws Failure{data}.
std::vector<std::string> given_instructions(const Settings& settings);

// The instructions become the candidates: alone, or each with demonstrations. The baseline, alone,
// comes ahead of them unless it is one of them.
void set_instructions(const Settings& settings,
                      const std::vector<std::string>& instructions,
                      Inputs& inputs);

// Those there are, or are going to be.
std::int64_t expected_candidates(const Settings& settings, const Inputs& inputs);

// Throws Failure{config, data}: unreadable or inconsistent files, the same example on two sides.
Inputs load_inputs(const Settings& settings);

}  // namespace zopo::app
