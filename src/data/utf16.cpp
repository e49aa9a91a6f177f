// UTF-16 -> UTF-8. Called by records.cpp for files that begin with its mark.

#include "utf16.h"

#include <cstdint>

#include "zopo/base/text.h"

namespace zopo::data {
namespace {

enum class ByteOrder { none, little, big };

ByteOrder byte_order(const std::string& bytes) {
  if (bytes.starts_with("\xFF\xFE")) return ByteOrder::little;
  if (bytes.starts_with("\xFE\xFF")) return ByteOrder::big;
  if (bytes.size() < 4) return ByteOrder::none;
  if (bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0) return ByteOrder::little;
  if (bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0 && bytes[3] != 0) return ByteOrder::big;
  return ByteOrder::none;
}

}  // namespace

std::string utf8_of_file(std::string bytes) {
  const ByteOrder order = byte_order(bytes);
  if (order == ByteOrder::none) return bytes;
  constexpr char32_t kMark = 0xFEFF, kReplacement = 0xFFFD;
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<std::uint8_t>(bytes[i]);
    const auto second = static_cast<std::uint8_t>(bytes[i + 1]);
    return static_cast<char32_t>(order == ByteOrder::little ? first | second << 8
                                                            : first << 8 | second);
  };
  const auto is_low = [](char32_t c) { return c >= 0xDC00 && c < 0xE000; };
  std::string text;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (i == 0 && c == kMark) continue;
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size() && is_low(unit(i + 2))) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c < 0xE000) {
      c = kReplacement;
    }
    append_utf8(text, c);
  }
  return text;
}

}  // namespace zopo::data
