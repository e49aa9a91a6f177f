#pragma once
// Completion scripts for shells: commands, flags, the values of flags that have a set of them, and
// paths.

#include <string>
#include <vector>

#include "cli/command_tree.h"

namespace zopo::cli {

// bash, zsh, fish
const std::vector<std::string>& completion_shells();
std::string completion_script(const CommandText& root, const std::string& shell);

}  // namespace zopo::cli
