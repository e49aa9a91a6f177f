#pragma once
// The files of `zopo init`, compiled in from src/app/templates.

#include <span>
#include <string_view>

namespace zopo::app {

struct TemplateFile {
  std::string_view kind;  // the template it belongs to
  std::string_view file;
  std::string_view text;
};
// The files of a template stand together, its task.json first.
std::span<const TemplateFile> template_files();

}  // namespace zopo::app
