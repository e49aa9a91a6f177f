#pragma once
// How long a text is as a string of a JSON document.

#include <cstdint>
#include <string_view>

namespace zopo {

// In bytes, without the quotation marks.
inline std::size_t size_in_json(std::string_view text) {
  std::size_t size = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_short = c == '"' || c == '\\' || (byte >= 8 && byte <= 13 && byte != 11);
    size += is_short ? 2 : byte < 32 ? 6 : 1;
  }
  return size;
}

}  // namespace zopo
