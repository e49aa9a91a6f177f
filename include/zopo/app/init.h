#pragma once
// `zopo init`: a task to begin with.

#include <filesystem>
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

}  // namespace zopo::app
