#include "cli/signals.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace zopo::cli {
namespace {

Interruption interrupted{0};
std::atomic<int> received{0};

void say(std::string_view message) {
  // Nothing can be done about a stderr that is gone.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
}

void handle(int signal) {
  const int before = interrupted.load();
  if (before >= kGiveUp) _exit(128 + signal);
  if (before == 0) received = signal;
  interrupted = before + 1;
  if (before == 0)
    say("\nzopo: finishing what is in flight; once more to give it up\n");
  else
    say("\nzopo: giving up what is in flight; once more to abort without saving\n");
}

}  // namespace

const Interruption& watch_signals() {
  struct sigaction action {};
  action.sa_handler = handle;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&action.sa_mask, signal);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction before {};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  return interrupted;
}

int signal_received() { return received; }

int signals_received() { return interrupted; }

}  // namespace zopo::cli
