#pragma once
// The manual page zopo(1), in the macros of man(7).

#include <string>

#include "cli/command_tree.h"

namespace zopo::cli {

std::string manual_page(const CommandText& root, const std::string& version);

}  // namespace zopo::cli
