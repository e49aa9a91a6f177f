#include "cli/ending.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "cli/exit_code.h"
#include "cli/signals.h"

namespace zopo::cli {

void warn(const std::string& message) { fmt::print(stderr, "zopo: warning: {}\n", message); }

void say_how_it_ended(int code, const std::string& what, const std::string& next) {
  std::string_view sentence = what;
  if (!next.empty() && sentence.ends_with('.')) sentence.remove_suffix(1);
  fmt::print(stderr, "zopo: exit {}: {}{}\n", code, sentence, next.empty() ? "" : "; " + next);
}

std::string next_step(const Error& error, const std::string& command) {
  if (error.message.find("--resume") != std::string::npos) return "";
  switch (error.kind) {
    case ErrorKind::network:
    case ErrorKind::interrupted:
      return "go on with: " + command;
    case ErrorKind::budget:
      return "raise the cap and go on with: " + command;
    default:
      return "once that is mended, go on with: " + command;
  }
}

int code_of(const Error& error) {
  if (error.kind == ErrorKind::interrupted && signal_received() == SIGTERM) return kTerminated;
  return exit_code(error.kind);
}

}  // namespace zopo::cli
