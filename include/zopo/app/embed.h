#pragma once
// `zopo embed`: the vectors of a task's candidates, into a .npy with a manifest beside it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/interruption.h"
#include "zopo/run/optimize.h"
#include "zopo/settings/settings.h"

namespace zopo::app {

struct EmbedOptions {
  std::filesystem::path task_file;
  std::vector<settings::Override> overrides;
  std::optional<std::filesystem::path> candidates;  // instead of the task's
  std::filesystem::path out;                        // .npy; the manifest goes to OUT.json
  std::optional<std::filesystem::path> store;       // of the vectors paid for; default: embed.db in
                                                    // output.dir
  std::function<void(const run::Progress&)> on_progress = [](const run::Progress&) {};
  std::function<void(const std::string&)> on_warning = [](const std::string&) {};
  const Interruption* interrupted = nullptr;
};

struct EmbedReport {
  std::int64_t rows = 0, dim = 0;
  std::string by;                              // the model, or the built-in features
  std::optional<std::filesystem::path> store;  // where an endpoint was asked
  std::filesystem::path manifest;
  std::int64_t calls_paid = 0, calls_cached = 0;
  std::optional<Error> error;  // what ended it: then nothing is written, and all paid for is kept
};

// Throws Failure for what has to be mended before anything is sent. The same command again, or with
// some more candidates, pays for nothing that lies in the store: texts are kept one by one.
EmbedReport embed(const EmbedOptions& options);

}  // namespace zopo::app
