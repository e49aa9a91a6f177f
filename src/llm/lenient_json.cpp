// Reads JSON that strict readers refuse. Called for every reply of a server.

#include "llm/lenient_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "zopo/base/json.h"
#include "zopo/base/text.h"

namespace zopo::llm {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The code unit of an escape "\uXXXX" at the beginning of text.
std::optional<unsigned> code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(2, 4)) {
    const bool digit = c >= '0' && c <= '9';
    const char lower = static_cast<char>(c | 0x20);
    if (!digit && (lower < 'a' || lower > 'f')) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit ? c - '0' : lower - 'a' + 10);
  }
  return unit;
}

bool is_high(std::optional<unsigned> unit) { return unit && *unit >= 0xD800 && *unit < 0xDC00; }
bool is_low(std::optional<unsigned> unit) { return unit && *unit >= 0xDC00 && *unit < 0xE000; }

// Reads from text what it rewrites, piece by piece.
class Rewriter {
 public:
  explicit Rewriter(std::string_view text) : text_(text) { strict_.reserve(text.size()); }

  std::string run() {
    while (!text_.empty()) {
      if (text_.front() == '"') {
        string();
      } else if (!word()) {
        copy(1);
      }
    }
    return std::move(strict_);
  }

 private:
  void copy(std::size_t bytes) {
    bytes = std::min(bytes, text_.size());
    strict_ += text_.substr(0, bytes);
    text_.remove_prefix(bytes);
  }

  void replace(std::size_t bytes, std::string_view by) {
    strict_ += by;
    text_.remove_prefix(bytes);
  }

  void string() {
    copy(1);
    while (!text_.empty()) {
      const char c = text_.front();
      if (c == '"') return copy(1);
      if (c == '\\') {
        escape();
      } else if (static_cast<unsigned char>(c) < 0x20) {
        replace(1, fmt::format("\\u{:04x}", static_cast<unsigned>(c)));
      } else {
        copy(1);
      }
    }
  }

  void escape() {
    const std::optional<unsigned> unit = code_unit(text_);
    if (!unit) return copy(2);
    if (is_high(unit) && is_low(code_unit(text_.substr(6)))) return copy(12);
    if (is_high(unit) || is_low(unit)) return replace(6, "\\ufffd");
    copy(6);
  }

  // A number or one of Python's three words, none of which stands inside of another word.
  bool word() {
    for (const std::string_view special : {"NaN", "Infinity", "-Infinity"}) {
      if (text_.starts_with(special)) return replace(special.size(), "null"), true;
    }
    const char c = text_.front();
    if (c != '-' && (c < '0' || c > '9')) return false;
    const std::size_t size = std::min(text_.find_first_not_of("+-.eE0123456789"), text_.size());
    const std::string number(text_.substr(0, size));
    if (std::isinf(std::strtod(number.c_str(), nullptr))) return replace(size, "null"), true;
    return copy(size), true;
  }

  std::string_view text_;
  std::string strict_;
};

}  // namespace

std::string as_strict_json(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Rewriter(make_valid_utf8(text)).run();
}

nlohmann::json lenient_json(std::string_view text) {
  using nlohmann::json;
  if (first_too_deep(text) < text.size()) return json::parse("", nullptr, false);
  json strict = json::parse(text, nullptr, false);
  return strict.is_discarded() ? json::parse(as_strict_json(text), nullptr, false) : strict;
}

}  // namespace zopo::llm
