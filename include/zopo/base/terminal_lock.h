#pragma once
// Who writes to stderr: log messages, notes and a live line, which several threads may.

#include <mutex>

namespace zopo {

// Nobody else writes while it is held. Log messages hold it from before_log_messages()' call on.
std::unique_lock<std::recursive_mutex> hold_terminal();

}  // namespace zopo
