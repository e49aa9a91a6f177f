#pragma once
// Parsers that take a file: a folder of the process in memory-backed storage where there is one.

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace zopo::fuzz {

// Made at the first call, removed at the end.
inline const std::filesystem::path& scratch_folder() {
  struct Folder {
    std::filesystem::path path;
    Folder() {
      const std::filesystem::path memory = "/dev/shm";
      const auto parent =
          std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
      path = parent / ("zopo-fuzz-" + std::to_string(getpid()));
      std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
  };
  static const Folder folder;
  return folder.path;
}

// Returns the file's path.
inline std::filesystem::path write_scratch(const std::string& name, std::string_view bytes) {
  const std::filesystem::path file = scratch_folder() / name;
  std::ofstream(file, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
  return file;
}

}  // namespace zopo::fuzz
