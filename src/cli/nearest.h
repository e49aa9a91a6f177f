#pragma once
// What is wrong with a command line, with the nearest thing that is known.

#include <string>

namespace zopo::cli {

struct CommandText;

struct WrongWord {
  // "zopo optimize has no flag --buget-calls. Did you mean \"--budget-calls\"?"; "" where every
  // word is known.
  std::string what;
  std::string command;  // the last one that is known: "zopo cache"
};
WrongWord first_wrong_word(const CommandText& root, int argc, const char* const* argv);

}  // namespace zopo::cli
