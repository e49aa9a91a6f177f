#pragma once
// The one shape of an error in what a file holds.

#include <filesystem>
#include <string>

#include "zopo/base/error.h"

namespace zopo {

// Throws Failure{data}: "WHERE: MESSAGE"; where is a file, or a place in one.
[[noreturn]] inline void bad_data(const std::string& where, const std::string& message) {
  throw Failure(ErrorKind::data, where + ": " + message);
}

[[noreturn]] inline void bad_data(const std::filesystem::path& file, const std::string& message) {
  bad_data(file.string(), message);
}

}  // namespace zopo
