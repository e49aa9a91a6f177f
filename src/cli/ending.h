#pragma once
// What stderr says: warnings on the way, and as its last line what ended it and what to type next.

#include <string>

#include "zopo/base/error.h"

namespace zopo::cli {

void warn(const std::string& message);
// next: a command, or nothing.
// What goes on with a run that ended by error; command: "zopo optimize --resume RUN". Never sends
// anybody into a loop: where the same would happen again it says to mend that first, and "" where
// the message itself says how to go on.
std::string next_step(const Error& error, const std::string& command);

void say_how_it_ended(int code, const std::string& what, const std::string& next);
// exit_code(), but 143 when SIGTERM interrupted.
int code_of(const Error& error);

}  // namespace zopo::cli
