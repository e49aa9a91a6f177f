#pragma once
// Starting a program of the user's.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace zopo {

// Starts command (a program, looked up in PATH, and its arguments) in directory (empty: this one)
// with these descriptors as its standard input and output: in a process group of its own, so that a
// Ctrl-C meant for the parent leaves it at work, and with no signal blocked. 0, or an error number.
int spawn(const std::vector<std::string>& command,
          const std::filesystem::path& directory,
          int in,
          int out,
          pid_t& pid);

}  // namespace zopo
