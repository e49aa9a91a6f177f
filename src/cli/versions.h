#pragma once
// What `zopo --version` says.

#include <string>

namespace zopo::cli {

// The program's version, then a line for each library: the version it runs with, where the library
// tells, else the one it was compiled with.
std::string version_text();

}  // namespace zopo::cli
