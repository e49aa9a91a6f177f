#pragma once
// Numbers inside text: "$1,234.50", "-3", "1e-6", "50 %". For the numeric metric and the extraction
// of answers.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zopo {

// A number as plain decimal text ("1234.50"): an ASCII minus, no plus, no thousands separators, a
// point as the decimal mark. Empty when there is none.
//
// A number is a sign (not after a digit, so "5-3" holds 5 and 3), digits, and perhaps a decimal
// part and an exponent. Thousands separators are commas, apostrophes or no-break spaces before
// exactly three digits. A single comma before one, two or more than three last digits is a decimal
// comma ("3,5"), as is one after groups with points ("1.234,5").
struct Number {
  std::string plain;
  std::size_t begin = 0, end = 0;  // bytes of the text
};

// The first number that begins at or after the offset from.
std::optional<Number> next_number(std::string_view text, std::size_t from = 0);
std::optional<Number> last_number(std::string_view text);

// The value of a text that holds exactly one number, whatever stands around it (currency, units, a
// per cent sign); nothing for none, several, or one that no double can hold.
std::optional<double> single_number(std::string_view text);

}  // namespace zopo
