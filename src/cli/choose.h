#pragma once
// A person at the terminal chooses between two answers.

#include "cli/progress.h"
#include "zopo/base/interruption.h"
#include "zopo/run/person.h"

namespace zopo::cli {

// Asks on stderr and reads stdin; empty when stdin is no terminal. Borrows both, which outlive it.
run::Choose choose_at_terminal(ProgressPrinter& printer, const Interruption& interrupted);

}  // namespace zopo::cli
