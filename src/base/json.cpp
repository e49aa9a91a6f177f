// Bounds how deep JSON of others may nest, and parses it without throwing. Called wherever a reply,
// a file or a stored record is read.

#include "zopo/base/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace zopo {

std::size_t first_too_deep(std::string_view text, bool comments) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
    } else if (comments && text.substr(i, 2) == "//") {
      i = std::min(text.find('\n', i), text.size());
    } else if (comments && text.substr(i, 2) == "/*") {
      i = std::min(text.find("*/", i + 2), text.size() - 1) + 1;
    } else if ((c == '{' || c == '[') && ++depth > kMaxJsonDepth) {
      return i;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return text.size();
}

nlohmann::json parse_json_of_others(std::string_view text) {
  if (first_too_deep(text) < text.size()) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace zopo
