// Trims, splits, joins, folds and compares text. Called from everywhere.

#include "zopo/base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

namespace zopo {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";
constexpr char32_t kReplacement = 0xFFFD;

// Calls visit(code point, valid) for each code point or invalid byte of text.
template <class Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    utf8proc_int32_t code_point = 0;
    const auto left = static_cast<utf8proc_ssize_t>(text.size() - at);
    const utf8proc_ssize_t used = utf8proc_iterate(bytes + at, left, &code_point);
    if (used <= 0) {
      visit(kReplacement, false);
      at += 1;
    } else {
      visit(static_cast<char32_t>(code_point), true);
      at += static_cast<std::size_t>(used);
    }
  }
}

// UAX #15, stream-safe text format: a combining grapheme joiner after every 30 non-starters,
// because utf8proc sorts a run of them in quadratic time. No text in any language is changed by it.
std::string stream_safe(std::string_view text) {
  constexpr char32_t kJoiner = 0x034F;
  constexpr int kLongestRun = 30;
  std::string safe;
  safe.reserve(text.size());
  int run = 0;
  for_each_code_point(text, [&](char32_t code_point, bool) {
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point));
    run = property->combining_class == 0 ? 0 : run + 1;
    if (run > kLongestRun) {
      append_utf8(safe, kJoiner);
      run = 1;
    }
    append_utf8(safe, code_point);
  });
  return safe;
}

std::string map_utf8(std::string_view text, int options) {
  std::string valid = stream_safe(text);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()),
                   static_cast<utf8proc_ssize_t>(valid.size()), &mapped,
                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return valid;
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::string_view beginning(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

bool is_valid_utf8(std::string_view text) {
  bool all_valid = true;
  for_each_code_point(text, [&](char32_t, bool valid) { all_valid = all_valid && valid; });
  return all_valid;
}

std::string make_valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for_each_code_point(text, [&](char32_t code_point, bool) { append_utf8(valid, code_point); });
  return valid;
}

std::string nfc(std::string_view text) {
  return map_utf8(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string fold_case(std::string_view text) {
  return map_utf8(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for_each_code_point(text, [&](char32_t code_point, bool) { points.push_back(code_point); });
  return points;
}

void append_utf8(std::string& text, char32_t code_point) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size =
      utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = std::exchange(last, std::exchange(row, before_last));
  }
  return last[b.size()];
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known) {
  std::optional<std::string> nearest;
  std::size_t smallest = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < smallest && distance < candidate.size()) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const std::optional<std::string> nearest = nearest_word(word, known);
  return nearest ? ". Did you mean \"" + *nearest + "\"?" : "";
}

}  // namespace zopo
