#pragma once
// A bench's description, read and checked.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/conditions.h"

namespace zopo::bench {

struct BenchMethod {
  std::string name;    // in the table
  std::string method;  // in the registry
  nlohmann::json options = nlohmann::json::object();
};

// A model to compare on: keys over the task's "llm".
struct BenchModel {
  std::string name;
  nlohmann::json llm;
};

// A setting of the task file, by its path: "evaluation.examples".
struct BenchSetting {
  std::string path;
  nlohmann::json value;
};
struct BenchAxis {
  std::string path;
  std::vector<nlohmann::json> values;
};

// Over all live cells, whichever process runs them.
struct BenchCaps {
  std::optional<std::int64_t> calls, tokens;
  std::optional<double> usd, seconds;
};

struct BenchPlan {
  std::vector<std::filesystem::path> landscapes;  // existing files, in order
  std::vector<std::filesystem::path> tasks;       // the same
  std::vector<BenchModel> models;                 // none: as the task says
  std::vector<BenchAxis> axes;
  std::optional<std::filesystem::path> store;  // of responses, that all live cells share
  BenchCaps caps;
  std::optional<double> requests_per_minute, tokens_per_minute;  // of all live cells together
  int retries = 1;                                               // of a cell
  std::vector<BenchMethod> methods;
  std::uint64_t seeds = 20;
  std::uint64_t first_seed = 0;
  std::vector<BenchConditions> variants;  // each landscape is met under each of them; at least one
  double min_spread = 0.1;
};

// folders: of landscapes instead of the file's own, where there are any. Throws Failure{config}: a
// description against the schema, globs that match nothing, an unknown method, two methods or
// models of one name, keys that do not go together.
BenchPlan load_bench_plan(const std::filesystem::path& file,
                          const std::vector<std::filesystem::path>& folders);

}  // namespace zopo::bench
