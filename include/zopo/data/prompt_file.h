#pragma once
// A file that is one prompt: a text of any lines, taken byte for byte.

#include <filesystem>
#include <string>
#include <string_view>

namespace zopo::data {

// The bytes of the file but for one line end at its end, which is the file's and not the prompt's:
// what best_prompt.txt adds. A byte order mark goes, and so do the carriage returns of a file whose
// lines all end in one; either is said once, by a warning. Throws Failure{data}: unreadable, no
// UTF-8, nothing but white space in it.
std::string load_prompt(const std::filesystem::path& file);
// name: the file, for messages.
std::string parse_prompt(std::string_view bytes, const std::string& name);

}  // namespace zopo::data
