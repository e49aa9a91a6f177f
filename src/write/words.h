#pragma once
// Texts as words, for what compares a prompt with other texts: case, punctuation and white space
// aside.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::write {

std::vector<std::string> words_of(std::string_view text);
// Joined by blanks.
std::string run_of(std::span<const std::string> words);

}  // namespace zopo::write
