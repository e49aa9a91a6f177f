// Asks utf8proc for a character's category. Called by normalize.cpp and text_metrics.cpp.

#include "unicode.h"

#include <utf8proc.h>

#include <string_view>

namespace zopo::score {
namespace {

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool between(utf8proc_category_t c, utf8proc_category_t first, utf8proc_category_t last) {
  return c >= first && c <= last;
}

}  // namespace

bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
  return c == 0x85 || between(category(c), UTF8PROC_CATEGORY_ZS, UTF8PROC_CATEGORY_ZP);
}

bool is_punctuation(char32_t c) {
  constexpr std::u32string_view kAsciiSymbols = U"$+<=>^`|~";
  return kAsciiSymbols.find(c) != std::u32string_view::npos ||
         between(category(c), UTF8PROC_CATEGORY_PC, UTF8PROC_CATEGORY_PO);
}

bool is_word(char32_t c) {
  return c == U'_' || between(category(c), UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_NO);
}

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool is_currency(char32_t c) { return category(c) == UTF8PROC_CATEGORY_SC; }

}  // namespace zopo::score
