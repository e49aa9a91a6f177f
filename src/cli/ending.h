#pragma once
// What stderr says: warnings on the way, and as its last line what ended it and what to type next.

#include <string>

#include "zopo/base/error.h"

namespace zopo::cli {

void warn(const std::string& message);
// next: a command, or nothing.
void say_how_it_ended(int code, const std::string& what, const std::string& next);
// exit_code(), but 143 when SIGTERM or SIGHUP interrupted.
int code_of(const Error& error);

}  // namespace zopo::cli
