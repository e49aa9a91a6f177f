#pragma once
// A child process that is talked to line by line.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "zopo/base/result.h"

namespace zopo::http {

// Used by one thread, which has SIGPIPE blocked.
class ChildProcess {
 public:
  // In its own process group. Errors of kind config.
  static Result<std::unique_ptr<ChildProcess>> start(const std::vector<std::string>& command,
                                                     const std::filesystem::path& directory);
  // Kills the group and waits for the process.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Sends line and awaits the next one, without its line break. cancel: a descriptor that becomes
  // readable when nobody wants the answer any more. Errors: network (it exited or was too slow),
  // api (more than max_bytes), interrupted. After an error the process is of no use any more.
  Result<std::string> ask(const std::string& line,
                          std::chrono::milliseconds timeout,
                          std::size_t max_bytes,
                          int cancel);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  ChildProcess(pid_t pid, Descriptor in, Descriptor out);
  Result<bool> send(const std::string& bytes, TimePoint deadline, int cancel);
  Result<std::string> receive(TimePoint deadline, std::size_t max_bytes, int cancel);
  // How it ended, for a message; it has closed its output or stopped reading.
  Error ended();

  pid_t pid_;
  Descriptor in_, out_;
  std::string received_;  // beyond the last line handed out
};

}  // namespace zopo::http
