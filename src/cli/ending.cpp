#include "cli/ending.h"

#include <csignal>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/signals.h"

namespace zopo::cli {
namespace {

std::string with_next(std::string_view sentence, const std::string& next) {
  if (!next.empty() && sentence.ends_with('.')) sentence.remove_suffix(1);
  return std::string(sentence) + (next.empty() ? "" : "; " + next);
}

std::string calls_paid() {
  const std::int64_t calls = under_way().calls_paid;
  return calls == 0
             ? ""
             : fmt::format("{} calls were paid for, and what was stored of them is kept", calls);
}

void say(int code, const std::string& sentence) {
  print_note("zopo: exit {}: {}\n", code, sentence);
}

}  // namespace

void warn(const std::string& message) { print_note("zopo: warning: {}\n", message); }

UnderWay& under_way() {
  static UnderWay instance;
  return instance;
}

void say_how_it_ended(int code, const std::string& what, const std::string& next) {
  if (code == kDone && stdout_problem()) return;
  const bool failed = code != kDone && code != kThreshold;
  say(code, with_next(failed ? with_next(what, calls_paid()) : what, next));
}

void say_what_failed(int code, const std::string& what) {
  const std::string paid = calls_paid();
  if (paid.empty()) {
    if (!what.empty()) print_note("{}\n", what);
    return say(code, under_way().go_on.empty() ? "nothing was sent"
                                               : "nothing was paid for; " + under_way().go_on);
  }
  print_note("{}\n", what);
  say(code, with_next(paid, under_way().go_on.empty()
                                ? "the same command goes on, and nothing is paid twice"
                                : under_way().go_on));
}

int code_at_the_end(int code) {
  const auto problem = stdout_problem();
  if (!problem) return code;
  if (code != kDone) return warn(*problem), code;
  say(kUsage, with_next(*problem, under_way().result));
  return kUsage;
}

std::string next_step(const Error& error, const std::string& command) {
  if (error.message.find("--resume") != std::string::npos) return "";
  switch (error.kind) {
    case ErrorKind::network:
    case ErrorKind::interrupted:
      return "go on with: " + command;
    case ErrorKind::budget:
      if (error.message.find("raise the cap") != std::string::npos) return "go on with: " + command;
      return "raise the cap and go on with: " + command;
    default:
      return "once that is mended, go on with: " + command;
  }
}

int code_of(const Error& error) {
  const bool is_terminated = signal_received() == SIGTERM || signal_received() == SIGHUP;
  if (error.kind == ErrorKind::interrupted && is_terminated) return kTerminated;
  return exit_code(error.kind);
}

}  // namespace zopo::cli
