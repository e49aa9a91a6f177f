#pragma once
// What stderr says: warnings on the way, and as its last line what ended it, what was spent, and
// what to type next.

#include <cstdint>
#include <filesystem>
#include <string>

#include "zopo/base/error.h"

namespace zopo::cli {

void warn(const std::string& message);

// What goes on with a run that ended by error; command: "zopo optimize --resume RUN". Never sends
// anybody into a loop: where the same would happen again it says to mend that first, and "" where
// the message itself says how to go on.
std::string next_step(const Error& error, const std::string& command);

// What is known of the command under way, for endings that only the outermost frame sees.
struct UnderWay {
  std::int64_t calls_paid = 0;
  std::string go_on;   // "go on with: zopo optimize --resume RUN"; empty: the same command does
  std::string result;  // where what stdout should have carried is found too; empty: nowhere
};
UnderWay& under_way();

// next: a command, or nothing. Says nothing of a success whose stdout has not arrived: see
// code_at_the_end().
void say_how_it_ended(int code, const std::string& what, const std::string& next);
// The same for what was thrown: what was paid for by then is kept, and said.
void say_what_failed(int code, const std::string& what);
// The exit code of a command that returned this one: where stdout has not arrived, it says so and
// makes an error of a success.
int code_at_the_end(int code);
// exit_code(), but 143 when SIGTERM or SIGHUP interrupted.
int code_of(const Error& error);

}  // namespace zopo::cli
