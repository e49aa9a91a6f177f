#pragma once
// Classes of characters, by Unicode general category (utf8proc).

namespace zopo::score {

bool is_space(char32_t c);        // Z*, tab to carriage return, U+001C to U+001F, U+0085
bool is_punctuation(char32_t c);  // P*, and the ASCII symbols $+<=>^`|~
bool is_word(char32_t c);         // letters, marks, numbers and the underscore
bool is_digit(char32_t c);        // 0 to 9
bool is_currency(char32_t c);     // Sc

}  // namespace zopo::score
