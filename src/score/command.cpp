// Runs a program of the user's with a time limit. Called by command_metric.cpp.

#include "command.h"

#include <cstring>
#include <optional>

#include "zopo/base/child_process.h"
#include "zopo/base/text.h"

namespace zopo::score {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

Error failed(const Command& command, const std::string& what) {
  return {ErrorKind::api, "command \"" + command.name() + "\": " + what};
}

// Writes input and reads all output; false when the deadline or the cap came first.
bool talk(ChildProcess& child,
          std::string_view input,
          ChildProcess::TimePoint deadline,
          std::string& output) {
  if (input.empty()) child.close_input();
  while (output.size() <= kMostBytes) {
    if (child.wait(!input.empty(), deadline) != ChildProcess::Ready::yes) return false;
    if (!input.empty()) {
      // One that reads no further is judged by what it says.
      if (!child.send(input)) input = {};
      if (input.empty()) child.close_input();
    }
    if (!child.receive(output)) return true;
  }
  return false;
}

}  // namespace

std::string Command::name() const { return join(words, " "); }

void check_program(const Command& command, const std::string& what) {
  const std::string& program = command.words.at(0);
  if (is_program(program, command.directory)) return;
  throw Failure(ErrorKind::config, what + ": no program \"" + program + "\" that may be run. " +
                                       (program.find('/') == std::string::npos
                                            ? "Looked for in PATH."
                                            : "Looked for in " + command.directory.string() + "."));
}

Result<std::string> run_command(const Command& command, std::string_view input) {
  ChildProcess child;
  if (const int error = child.start(command.words, command.directory))
    return failed(command, std::string("cannot be started: ") + std::strerror(error));
  const auto deadline = std::chrono::steady_clock::now() + command.timeout;
  std::string output;
  const bool whole = talk(child, input, deadline, output);
  if (output.size() > kMostBytes) return failed(command, "wrote more than 64 MiB");
  const std::optional<int> status = whole ? child.status_at_end(deadline) : std::nullopt;
  if (!status)
    return failed(command, "no end within " + std::to_string(command.timeout.count()) + " ms");
  if (*status != 0) return failed(command, text_of_status(*status));
  return output;
}

}  // namespace zopo::score
