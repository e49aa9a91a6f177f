#pragma once
// `zopo generate`: candidates that a model writes for a task, into a file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/interruption.h"
#include "zopo/run/optimize.h"
#include "zopo/settings/settings.h"
#include "zopo/write/writer.h"

namespace zopo::app {

struct GenerateOptions {
  std::filesystem::path task_file;
  std::vector<settings::Override> overrides;
  std::optional<std::filesystem::path> out;    // .txt or .jsonl; none: nothing is written
  std::optional<std::filesystem::path> store;  // of the raw replies; default: generate.db in
                                               // output.dir
  std::int64_t count = 100;                    // distinct prompts wanted
  std::function<void(const run::Progress&)> on_progress = [](const run::Progress&) {};
  std::function<void(const std::string&)> on_warning = [](const std::string&) {};
  const Interruption* interrupted = nullptr;
};

struct GenerateReport {
  std::vector<std::string> prompts;  // distinct
  std::filesystem::path store;
  std::int64_t replies = 0, calls_paid = 0;
  std::string dropped;                   // why replies did not become candidates
  std::vector<write::Dropped> rejected;  // what did not
  std::optional<Error> error;  // what ended it; what was made until then is in prompts and out
};

// Throws Failure for what has to be mended before anything is sent. The same command again pays for
// nothing that lies in the store. An old file is replaced only by one that holds a candidate.
GenerateReport generate(const GenerateOptions& options);

}  // namespace zopo::app
