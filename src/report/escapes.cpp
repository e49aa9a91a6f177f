// Escapes text for each kind of file. Called by all that write one.

#include "report/escapes.h"

#include <fmt/format.h>

#include <string_view>

#include "zopo/base/text.h"

namespace zopo::report {

std::string xml_text(const std::string& text) {
  std::string made;
  for (const char32_t c : code_points(text)) {
    const bool allowed = c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
                         (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF);
    if (c == '<')
      made += "&lt;";
    else if (c == '>')
      made += "&gt;";
    else if (c == '&')
      made += "&amp;";
    else if (c == '"')
      made += "&quot;";
    else if (allowed && c < 0x20)
      made += fmt::format("&#{};", static_cast<unsigned>(c));
    else
      append_utf8(made, allowed ? c : U'\xFFFD');
  }
  return made;
}

std::string markdown_text(const std::string& text) {
  std::string made;
  for (const char c : make_valid_utf8(text)) {
    if (c == '\n' || c == '\r' || c == '\t') {
      made += ' ';
      continue;
    }
    if (std::string_view("\\`*_{}[]<>()#+!|~&@").find(c) != std::string_view::npos) made += '\\';
    made += c;
  }
  return made;
}

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string made = "\"";
  for (const char c : text) made += c == '"' ? std::string("\"\"") : std::string(1, c);
  return made + "\"";
}

std::string guarded(const std::string& text) {
  constexpr std::string_view kFormula = "=+-@\t\r'";
  return text.empty() || kFormula.find(text.front()) == kFormula.npos ? text : "'" + text;
}

std::string unguarded(const std::string& cell) {
  return cell.starts_with("'") ? cell.substr(1) : cell;
}

}  // namespace zopo::report
