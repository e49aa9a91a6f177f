#pragma once
// Files that `zopo init` makes.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace zopo::app {

// Writes the texts by their names into directory, which is made when absent; their paths. Throws
// Failure{usage}, before anything is written, when one of them is there already.
std::vector<std::filesystem::path> write_new_files(
    const std::filesystem::path& directory,
    const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace zopo::app
