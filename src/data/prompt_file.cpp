#include "zopo/data/prompt_file.h"

#include "json_syntax.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/text.h"

namespace zopo::data {

std::string parse_prompt(std::string_view bytes, const std::string& name) {
  std::string_view prompt = without_bom(bytes);
  if (prompt.ends_with('\n')) prompt.remove_suffix(1);
  if (prompt.size() + 1 == without_bom(bytes).size() && prompt.ends_with('\r'))
    prompt.remove_suffix(1);
  if (!is_valid_utf8(prompt)) bad_data(name, "not valid UTF-8. Save the file as UTF-8.");
  if (trim(prompt).empty()) bad_data(name, "an empty prompt. Write it, or do not name the file.");
  return std::string(prompt);
}

std::string load_prompt(const std::filesystem::path& file) {
  return parse_prompt(read_file(file), file.string());
}

}  // namespace zopo::data
