#pragma once
// What a model says when it is asked for an instruction -> the instructions in it.
//
//   clean_instruction("Sure! The instruction was to \"reverse each word.\"", false)
//   // {"Reverse each word."}

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::task {

enum class Unusable {
  empty,      // nothing but white space, quotes and meta-text
  refusal,    // "I'm sorry, but .."
  echo,       // the demonstrations given back
  about,      // words about the instruction, the user or the writer instead of it
  too_long,   // more than kLongestInstruction bytes
  nonsense,   // hardly a letter, or the same word over and over
  truncated,  // cut before its first line was whole
};
const char* to_string(Unusable why);

constexpr std::size_t kLongestInstruction = 2000;  // bytes

struct CleanedReply {
  std::vector<std::string> instructions;  // each one line, in the order of the reply
  std::optional<Unusable> why;            // set when there are none
};

// Thinking, meta-text, numbering, list marks, quotes and code fences go; a numbered list is several
// instructions, else the first paragraph is one. was_truncated: the reply's last line is cut off
// and not used. Any bytes are accepted; what is much longer than an instruction is not looked at.
CleanedReply clean_instruction(std::string_view reply, bool was_truncated);

}  // namespace zopo::task
