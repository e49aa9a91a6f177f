#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "zopo/base/log.h"
#include "zopo/base/terminal.h"
#include "zopo/base/terminal_lock.h"

namespace zopo::cli {
namespace {

int stdout_error = 0;  // errno of the first failure
std::function<void()> clear_line;

void remember_failure() {
  if (stdout_error == 0) stdout_error = errno == 0 ? EIO : errno;
}

void write_to(std::FILE* stream, std::string_view text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (!whole && stream == stdout) remember_failure();
}

}  // namespace

void settle_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    // A stdout that was closed refuses what is written; the others take it. The lowest free
    // descriptor is the one that is missing.
    const int mode = descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR;
    if (open("/dev/null", mode) != descriptor) _exit(1);
  }
}

void write_result(std::string_view text) {
  static const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  write_to(stdout, is_terminal ? harmless(text) : std::string(text));
}

void before_notes(std::function<void()> clear) {
  const auto held = hold_terminal();
  clear_line = clear;
  before_log_messages(std::move(clear));
}

void write_note(std::string_view text) {
  const auto held = hold_terminal();
  if (clear_line) clear_line();
  write_to(stderr, harmless(text));
}

void write_raw_note(std::string_view text) { write_to(stderr, text); }

std::optional<std::string> stdout_problem() {
  errno = 0;
  std::cout.flush();
  if (std::fflush(stdout) != 0) remember_failure();
  if (std::ferror(stdout) != 0 || !std::cout) remember_failure();
  if (stdout_error == 0) return std::nullopt;
  return std::string("stdout could not be written: ") + std::strerror(stdout_error);
}

}  // namespace zopo::cli
