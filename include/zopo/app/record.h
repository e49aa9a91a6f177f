#pragma once
// `zopo bench record`: a response store with every candidate (and the baseline) on every dev and
// test example of a task, so that any search on it costs nothing.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "zopo/base/interruption.h"
#include "zopo/run/optimize.h"
#include "zopo/settings/settings.h"

namespace zopo::app {

struct RecordOptions {
  std::filesystem::path task_file;
  std::vector<settings::Override> overrides;
  std::filesystem::path
      store;  // filled; made when absent; what it holds already is not asked again
  // Written when every example has an answer: the candidates' scores and outcomes, for `zopo bench`
  // (see zopo/data/landscape.h). A landscape of the same task and candidates that is there already
  // keeps its other models.
  std::optional<std::filesystem::path> landscape;
  std::function<void(const run::Progress&)> on_progress = [](const run::Progress&) {};
  const Interruption* interrupted = nullptr;
};

struct RecordReport {
  std::int64_t answers = 0, truncated = 0, errors = 0, calls_paid = 0;
  std::optional<Error> error;
};

// Throws Failure for what has to be mended before anything is sent. The store is left as one file
// that can be opened read-only.
RecordReport record(const RecordOptions& options);

}  // namespace zopo::app
