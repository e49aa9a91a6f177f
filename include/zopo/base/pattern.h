#pragma once
// The user's regular expressions: RE2, so that time is linear in the text whatever the pattern.

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

namespace zopo {

// Throws Failure{config} with the pattern and what is wrong with it.
std::shared_ptr<const re2::RE2> compile_pattern(std::string_view pattern);

inline re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace zopo
