#pragma once
// A person at the terminal chooses between two answers.

#include <atomic>

#include "cli/progress.h"
#include "zopo/app/person.h"

namespace zopo::cli {

// Asks on stderr and reads stdin; empty when stdin is no terminal. Borrows both, which outlive it.
app::Choose choose_at_terminal(ProgressPrinter& printer, const std::atomic<bool>& interrupted);

}  // namespace zopo::cli
