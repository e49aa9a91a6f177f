#pragma once
// Where the runs of the current folder are.

#include <filesystem>

namespace zopo::cli {

// output.dir of task.json in the current folder where there is one, else runs.
std::filesystem::path runs_folder();

}  // namespace zopo::cli
