#pragma once
// JSON that servers write and strict readers refuse, read as Python's reader takes it: half a
// surrogate pair (a character that was cut at max_tokens) and invalid UTF-8 become U+FFFD, NaN and
// the infinities and numbers beyond a double null; control characters stand raw in strings, a byte
// order mark in front, and of equal keys the last one counts.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace zopo::llm {

// Discarded (is_discarded()) when text is not JSON even so, or is nested deeper than 256 levels.
nlohmann::json lenient_json(std::string_view text);

// text with all that is forgiven written strictly; anything else as it is.
std::string as_strict_json(std::string_view text);

}  // namespace zopo::llm
