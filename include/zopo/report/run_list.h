#pragma once
// The runs below a folder, for `zopo runs` and for commands that take the newest one.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace zopo::report {

struct ListedRun {
  std::filesystem::path directory;
  std::string created;  // "2026-01-01T00:00:00Z", as the manifest says
  std::string task, model, winner;
  std::optional<double> test;  // the winner's test score, or that of an evaluation's first prompt
  std::optional<std::int64_t> calls;
  std::optional<double> usd;
  std::string state;  // done, evaluated, unfinished, or why it ended early
};

// The newest first; what is no run is passed over, a run that cannot be read is listed as
// "unreadable". Nothing where there is no such folder.
std::vector<ListedRun> list_runs(const std::filesystem::path& folder);

nlohmann::json to_json(const std::vector<ListedRun>& runs);

}  // namespace zopo::report
