// Reads a file that is one prompt. Called for candidates, for the prompt in use and by zopo
// evaluate.

#include "zopo/data/prompt_file.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "json_syntax.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/log.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

// Once in a process: a file is read again where a run is looked at first and begun then.
void say_once(const std::string& name, const std::string& what) {
  static std::mutex mutex;
  static std::set<std::string> said;
  const std::lock_guard lock(mutex);
  if (said.insert(name + ": " + what).second) log_warn("{}: {}", name, what);
}

// Does every line end as Windows' editors end it? A text that has both kinds of line ends means
// them.
bool has_windows_lines(std::string_view text) {
  const auto ends = std::count(text.begin(), text.end(), '\n');
  std::ptrdiff_t of_windows = 0;
  for (std::size_t at = text.find("\r\n"); at != std::string_view::npos;
       at = text.find("\r\n", at + 2))
    ++of_windows;
  return ends > 0 && of_windows == ends;
}

}  // namespace

std::string parse_prompt(std::string_view bytes, const std::string& name) {
  const std::string_view text = without_bom(bytes);
  if (!is_valid_utf8(text)) bad_data(name, "not valid UTF-8. Save the file as UTF-8.");
  if (trim(text).empty()) bad_data(name, "an empty prompt. Write it, or do not name the file.");
  std::string prompt(text);
  const bool has_mark = text.size() < bytes.size(), of_windows = has_windows_lines(text);
  if (of_windows) std::erase(prompt, '\r');
  if (has_mark || of_windows) {
    say_once(name, fmt::format("sent without {}{}{}, which an editor added",
                               has_mark ? "its byte order mark" : "",
                               has_mark && of_windows ? " and " : "",
                               of_windows ? "its carriage returns" : ""));
  }
  if (prompt.ends_with('\n')) prompt.pop_back();
  return prompt;
}

std::string load_prompt(const std::filesystem::path& file) {
  return parse_prompt(read_file(file), file.string());
}

}  // namespace zopo::data
