#include "zopo/app/init.h"

#include <algorithm>
#include <system_error>

#include "app/init_files.h"
#include "app/templates.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/settings/settings.h"
#include "zopo/store/atomic_file.h"

namespace zopo::app {
namespace {

void make_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed)
    throw Failure(ErrorKind::usage, directory.string() + ": cannot be made: " + failed.message() +
                                        ". Name another folder.");
}

}  // namespace

std::vector<std::string> template_names() {
  std::vector<std::string> names;
  for (const TemplateFile& file : template_files()) {
    if (names.empty() || names.back() != file.kind) names.emplace_back(file.kind);
  }
  return names;
}

std::vector<std::filesystem::path> write_new_files(
    const std::filesystem::path& directory,
    const std::vector<std::pair<std::string, std::string>>& files) {
  std::vector<std::filesystem::path> paths;
  for (const auto& [name, text] : files) {
    const std::filesystem::path path = directory / name;
    if (std::filesystem::exists(std::filesystem::symlink_status(path)))
      throw Failure(ErrorKind::usage, path.string() +
                                          ": is there already, and init overwrites nothing. Name "
                                          "another folder, or remove the file.");
    paths.push_back(path);
  }
  make_directory(directory);
  for (std::size_t i = 0; i < files.size(); ++i)
    store::write_file_atomically(paths[i], files[i].second);
  return paths;
}

std::vector<std::filesystem::path> write_template(const std::string& name,
                                                  const std::filesystem::path& directory) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const TemplateFile& file : template_files()) {
    if (file.kind == name) files.emplace_back(file.file, file.text);
  }
  if (files.empty()) {
    throw Failure(ErrorKind::usage,
                  "--template " + name + ": expected one of " + join(template_names(), ", ") + ".");
  }
  files.emplace_back("task.schema.json", settings::task_schema_text());
  return write_new_files(directory, files);
}

}  // namespace zopo::app
