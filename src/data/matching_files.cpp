// Finds the files of a pattern, in the order of their bytes. Called for candidates and for
// promptfoo's file://.

#include "matching_files.h"

#include <glob.h>

#include <algorithm>
#include <memory>
#include <string>

namespace zopo::data {

bool is_glob(const std::filesystem::path& name) {
  return name.string().find_first_of("*?[") != std::string::npos && !std::filesystem::exists(name);
}

std::vector<std::filesystem::path> matching_files(const std::filesystem::path& pattern) {
  glob_t found{};
  const std::unique_ptr<glob_t, decltype(&globfree)> owner(&found, &globfree);
  if (glob(pattern.c_str(), 0, nullptr, &found) != 0) return {};
  std::vector<std::filesystem::path> files(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace zopo::data
