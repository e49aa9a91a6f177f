#pragma once
// One run of a command: text in on its standard input, text out of its standard output.

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/base/result.h"

namespace zopo::score {

struct Command {
  std::vector<std::string> words;   // program, looked up in PATH, and its arguments
  std::filesystem::path directory;  // to run it in; empty: the current one
  std::chrono::milliseconds timeout{60'000};

  std::string name() const;  // the words, for messages
};

// Throws Failure{config} when the program is not there or may not be run. what: the setting.
void check_program(const Command& command, const std::string& what);

// What it wrote, once it has exited with 0. An Error of kind api: it could not be started, exited
// otherwise, took longer than the timeout, or wrote more than 64 MiB; then it is killed with its
// process group. What it writes to standard error is the user's to see.
Result<std::string> run_command(const Command& command, std::string_view input);

}  // namespace zopo::score
