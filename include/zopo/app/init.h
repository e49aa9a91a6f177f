#pragma once
// `zopo init`: a task to begin with.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zopo::app {

// qa, classification, extraction, judge
std::vector<std::string> template_names();

// Writes the template's files and the schema into directory, which is made when absent; returns
// their paths, the task file first. Throws Failure{usage}, before anything is written, when one of
// them is there already or there is no such template.
std::vector<std::filesystem::path> write_template(const std::string& name,
                                                  const std::filesystem::path& directory);

// A task for data that are there.
struct DataInit {
  std::filesystem::path data;                   // any file that data::load_dataset reads
  std::optional<std::filesystem::path> prompt;  // the instruction in use
  std::optional<std::string> input, output;     // names of fields; nothing: as the data suggest
  std::filesystem::path directory = ".";
};
struct InitReport {
  std::vector<std::filesystem::path> files;  // the task file first
  std::vector<std::string> guessed;          // a line each: layout, outputs, metric, split
};
// Throws Failure as write_template and load_dataset do, and for fewer than four examples.
InitReport write_task_for(const DataInit& init);

}  // namespace zopo::app
