#pragma once
// Text without opinions: trimming, splitting, UTF-8 (through utf8proc), and the nearest known word.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zopo {

// ASCII white space off both ends.
std::string_view trim(std::string_view text);
// Lines without their "\n" or "\r\n"; a last line without a line end counts, an empty text has
// none.
std::vector<std::string_view> split_lines(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

// The longest beginning of at most that many bytes that ends between characters.
std::string_view beginning(std::string_view text, std::size_t bytes);

bool is_valid_utf8(std::string_view text);
// Every invalid byte sequence replaced by U+FFFD.
std::string make_valid_utf8(std::string_view text);
// NFC, or NFKC-like full case folding to NFC. Invalid UTF-8 is made valid first.
std::string nfc(std::string_view text);
std::string fold_case(std::string_view text);
// Code points of a text; invalid bytes become U+FFFD.
std::vector<char32_t> code_points(std::string_view text);
void append_utf8(std::string& text, char32_t code_point);

// Damerau-Levenshtein-like edit distance over bytes (adjacent transpositions count 1).
std::size_t edit_distance(std::string_view a, std::string_view b);
// The known word nearest to word, if it is near enough to be a slip of the pen.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known);
// ". Did you mean \"x\"?" or nothing: to be appended to an error message.
std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace zopo
