#pragma once
// What a user may have meant by a command or flag that there is not.

#include <string>

namespace zopo::cli {

struct CommandText;

// "zopo: no command \"optimise\"; did you mean \"optimize\"?", or "" where everything is known or
// nothing is near. Words are looked up in the commands that they stand behind.
std::string nearest_known(const CommandText& root, int argc, const char* const* argv);

}  // namespace zopo::cli
