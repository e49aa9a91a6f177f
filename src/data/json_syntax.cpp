// Parses JSON strictly and words the parser's errors. Called by all that read JSON files.

#include "json_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "json_index.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using nlohmann::json;

// The start of the first line that is not valid UTF-8.
std::size_t first_invalid_line(std::string_view text) {
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    if (!is_valid_utf8(text.substr(start, end - start))) break;
    start = end;
  }
  return start;
}

// The parser counts the bytes read, so its error lies at the end of the offending token; people
// look for its beginning.
std::size_t token_start(std::string_view text, std::size_t bytes_read) {
  if (bytes_read == 0 || bytes_read > text.size()) return text.size();
  std::size_t at = bytes_read - 1;
  const auto in_word = [&](std::size_t i) {
    return std::isalnum(static_cast<unsigned char>(text[i])) != 0 ||
           std::string_view("+-._").find(text[i]) != std::string_view::npos;
  };
  if (text[at] == '"' && at > 0) {
    const std::size_t open = text.rfind('"', at - 1);
    return open == std::string_view::npos ? at : open;
  }
  while (at > 0 && in_word(at) && in_word(at - 1)) --at;
  return at;
}

// "[json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing
// object key - unexpected '}'; expected string literal" -> what stands after the dash, without the
// token read last (it may be long).
std::string reason_of(const std::string& what) {
  const std::size_t dash = what.find(" - ");
  if (dash == std::string::npos) return what;
  std::string reason = what.substr(dash + 3);
  const std::size_t last_read = reason.find("; last read: '");
  if (last_read != std::string::npos) {
    const std::size_t end = reason.rfind("'; expected");
    reason.erase(last_read, end == std::string::npos || end < last_read ? std::string::npos
                                                                        : end + 1 - last_read);
  }
  return make_valid_utf8(reason);
}

std::string hint_for(std::string_view text, std::size_t offset) {
  const std::string_view before = trim(text.substr(0, offset));
  if (offset < text.size() && (text[offset] == '}' || text[offset] == ']') &&
      before.ends_with(',')) {
    return " (a comma may not stand before a closing bracket)";
  }
  if (offset < text.size() && text[offset] == '\'') return " (strings stand in double quotes)";
  return "";
}

}  // namespace

void fail_at(std::string_view text,
             std::size_t offset,
             const JsonSource& source,
             const std::string& message) {
  const Position at = position_at(text, offset);
  throw Failure(source.kind, fmt::format("{}:{}:{}: {}", source.name,
                                         at.line + source.first_line - 1, at.column, message));
}

void check_json_text(std::string_view text, const JsonSource& source) {
  if (!is_valid_utf8(text)) {
    fail_at(text, first_invalid_line(text), source,
            "this line is not valid UTF-8. Save the file as UTF-8.");
  }
  const std::size_t deep = first_too_deep(text, source.comments);
  if (deep < text.size()) {
    fail_at(text, deep, source, fmt::format("nested deeper than {} levels.", kMaxJsonDepth));
  }
}

void fail_json(std::string_view text,
               std::size_t bytes_read,
               const JsonSource& source,
               const std::string& what) {
  const std::size_t at = token_start(text, bytes_read);
  fail_at(text, at, source, "not valid JSON: " + reason_of(what) + hint_for(text, at) + ".");
}

json parse_json(std::string_view text, const JsonSource& source) {
  check_json_text(text, source);
  try {
    return json::parse(text, nullptr, true, source.comments);
  } catch (const json::parse_error& error) {
    fail_json(text, error.byte, source, error.what());
  } catch (const json::out_of_range&) {
    fail_at(text, 0, source, "not valid JSON: a number is too large for a double.");
  }
}

std::string_view without_bom(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

}  // namespace zopo::data
