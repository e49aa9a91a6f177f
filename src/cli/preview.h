#pragma once
// What `zopo validate` and `--dry-run` print.

#include <string>

#include "cli/flags.h"

namespace zopo::cli {

// To stdout, as text or json; the exit code.
int show_preview(const TaskOptions& task, const std::string& format);

}  // namespace zopo::cli
