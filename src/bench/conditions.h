#pragma once
// Under which conditions methods meet a recorded landscape: budget, examples, noise, embeddings.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "zopo/data/json_document.h"

namespace zopo::bench {

struct BenchConditions {
  std::string name;  // of the variant; empty where a bench has none
  std::int64_t initial = 10;
  std::int64_t calls = 800;  // with exact values: evaluations, and the next two are 1
  std::int64_t dev = 100;
  std::int64_t examples_per_evaluation = 20;
  double difficulty = 0;
  bool exact = false;  // "noise": "none"
  std::string embeddings = "auto";
  std::int64_t dim = 128;
  // Domains are grown to so many, or so many are drawn of them; 0: as recorded.
  std::int64_t candidates = 0;
  // All but the initial candidates are hidden, and writing one costs so many calls; 0: none is.
  std::int64_t writing_cost = 0;
  // The scores of the file's other models are known beforehand.
  bool others_known = false;
  double price = 0;  // of a call, as a gain of the final score; 0: the budget alone ends a search
};

// All but the name: what the runs on a landscape depend on beside itself.
nlohmann::json to_json(const BenchConditions& conditions);

// Those of the description's own keys, or, where it has "variants", of each of them: its keys over
// the description's. Throws Failure{config}: keys that do not go together, two variants of one
// name.
std::vector<BenchConditions> conditions_of(const data::JsonDocument& description);

}  // namespace zopo::bench
