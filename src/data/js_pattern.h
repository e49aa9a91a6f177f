#pragma once
// A regular expression of JavaScript's as one of RE2's.

#include <string>
#include <string_view>

namespace zopo::data {

// \uXXXX, named groups, \s and the dot mean what they mean in JavaScript. Look-around and
// back-references stay and do not compile. Throws Failure{data} for what RE2 reads and JavaScript
// does not: inline flags, POSIX classes, \A, \z, \Q, \C, (?P<name>..).
std::string re2_of_js_pattern(std::string_view pattern);

}  // namespace zopo::data
