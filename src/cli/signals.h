#pragma once
// Interruption in stages: the first SIGINT, SIGTERM or SIGHUP asks the run to finish what is in
// flight and save, the second one to give that up and save, the third one ends the process at once.

#include "zopo/base/interruption.h"

namespace zopo::cli {

// Installs the handlers. A SIGHUP that is ignored already (nohup) stays so.
const Interruption& watch_signals();
// 0, SIGINT, SIGTERM or SIGHUP: the first that came.
int signal_received();
// How many came; the handler of each has written a line.
int signals_received();

}  // namespace zopo::cli
