// Writes a line to a child process and reads one back, both without blocking. Called by
// exec_transport.cpp.

#include "http/line_process.h"

#include <fmt/core.h>

#include <cstring>

namespace zopo::http {
namespace {

Error not_ready(ChildProcess::Ready ready) {
  if (ready == ChildProcess::Ready::cancelled)
    return {ErrorKind::interrupted, "The command was stopped."};
  return {ErrorKind::network, "The command did not answer in time."};
}

}  // namespace

Result<std::unique_ptr<LineProcess>> LineProcess::start(const std::vector<std::string>& command,
                                                        const std::filesystem::path& directory) {
  auto process = std::make_unique<LineProcess>();
  if (const int code = process->child_.start(command, directory)) {
    return Error{ErrorKind::config, fmt::format("The command \"{}\" cannot be started: {}.",
                                                command.front(), std::strerror(code))};
  }
  return process;
}

Result<std::string> LineProcess::ask(const std::string& line,
                                     std::chrono::milliseconds timeout,
                                     std::size_t max_bytes,
                                     int cancel) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const std::string bytes = line + "\n";
  std::string_view unsent = bytes;
  std::size_t searched = 0, end = std::string::npos;
  while (!unsent.empty() || (end = received_.find('\n', searched)) == std::string::npos) {
    if (unsent.empty()) searched = received_.size();
    if (received_.size() > max_bytes) {
      return Error{ErrorKind::api,
                   fmt::format("The command's answer has more than {} bytes.", max_bytes)};
    }
    const ChildProcess::Ready ready = child_.wait(!unsent.empty(), deadline, cancel);
    if (ready != ChildProcess::Ready::yes) return not_ready(ready);
    // One that has closed its output may live on.
    if ((!unsent.empty() && !child_.send(unsent)) || !child_.receive(received_)) {
      return Error{ErrorKind::network, fmt::format("The command {} before it answered.",
                                                   text_of_status(child_.stop()))};
    }
  }
  std::string answer = received_.substr(0, end);
  received_.erase(0, end + 1);
  return answer;
}

}  // namespace zopo::http
