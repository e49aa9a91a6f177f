#pragma once
// Files by the patterns of a shell.

#include <filesystem>
#include <vector>

namespace zopo::data {

// Has it a "*", "?" or "[", and is no file of that very name?
bool is_glob(const std::filesystem::path& name);

// The files that match, in the order of their bytes; none where none does.
std::vector<std::filesystem::path> matching_files(const std::filesystem::path& pattern);

}  // namespace zopo::data
