#pragma once
// Parsing JSON that somebody else wrote: a reply, a file, a stored record.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace zopo {

// Copying, comparing and printing values recurse, so that a text that nests deeper would end the
// process.
inline constexpr int kMaxJsonDepth = 256;

// Where the brackets of text first stand deeper than kMaxJsonDepth; text.size() where they do not.
// text need not be valid: up to a parser's first error both agree. comments: // and /* */ may stand
// in it.
std::size_t first_too_deep(std::string_view text, bool comments = false);

// The value; discarded (is_discarded()) when text is not JSON or nests deeper than kMaxJsonDepth.
nlohmann::json parse_json_of_others(std::string_view text);

}  // namespace zopo
