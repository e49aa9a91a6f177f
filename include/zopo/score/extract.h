#pragma once
// The answer inside a reply: named steps applied in order, each text -> text.
//
//   Extractor extract(std::vector<std::string>{"strip_think", "first_line"});
//   std::string answer = extract(reply);
//
// Steps:
//   "strip_think"    <think>..</think> goes; without an opening tag all before the closing one, and
//                    without a closing tag all after the opening one
//   "first_line"     the first line that is not empty, trimmed
//   "last_line"      the last such line
//   "after:MARKER"   what follows the last MARKER, trimmed
//   "last_number"    the last number, as plain decimal text: "1,234.50" -> "1234.50"
//   "gsm8k"          the number after the first "####" (Cobbe et al., arXiv 2110.14168), else the
//                    last number; plain like last_number
//   "boxed"          the content of the last \boxed{..}, braces balanced, trimmed
//   "regex:PATTERN"  the first match, or its first group where the pattern has one (RE2)
//   "json:POINTER"   the value at POINTER of the JSON in the text (alone, in a code fence, or
//                    between its outermost brackets): a string as it is, anything else as JSON
//
// A step that finds nothing yields an empty answer, except strip_think and first_line, which leave
// what there is.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::score {

// Immutable and thread-safe. Any bytes are accepted; time is linear in the reply.
class Extractor {
 public:
  // Throws Failure{config} for an unknown step or a bad pattern.
  explicit Extractor(std::span<const std::string> steps);
  std::string operator()(std::string_view reply) const;

  static std::vector<std::string> known_steps();

 private:
  std::vector<std::function<std::string(std::string_view)>> steps_;
};

}  // namespace zopo::score
