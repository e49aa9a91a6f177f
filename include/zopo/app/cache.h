#pragma once
// `zopo cache`: what lies in a response store, and taking some of it out.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/clock.h"

namespace zopo::app {

struct CacheStats {
  std::int64_t records = 0;
  std::int64_t bytes = 0;  // of the file and its log
  std::int64_t embeddings = 0;
  std::int64_t unreadable = 0;
  std::map<std::string, std::int64_t> answers_by_model;  // as the endpoint named it
  std::optional<std::chrono::system_clock::time_point> oldest, newest;
  std::int64_t undated = 0;  // stored by an older zopo
};
// path, here and below: a response store, or the directory of a run. Changes nothing. Throws
// Failure{data}, as the others do.
CacheStats cache_stats(const std::filesystem::path& path);

// What is taken out: records to which all that is given applies.
struct PruneOptions {
  std::optional<double> older_than_days;  // a record without a date is not older
  std::optional<std::string> model;       // as the endpoint named it; embeddings have none
};
struct PruneReport {
  std::int64_t removed = 0, left = 0;
};
// Throws Failure{usage} when nothing is given.
PruneReport prune_cache(const std::filesystem::path& path,
                        const PruneOptions& options,
                        const Clock& clock);

// The problems found in pages, checksums and payloads, each a sentence. Changes nothing.
std::vector<std::string> verify_cache(const std::filesystem::path& path);

}  // namespace zopo::app
