#pragma once
// A program of the user's that is talked to through its standard input and output: what exec models
// and command metrics are run by.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/base/descriptor.h"

namespace zopo {

// Is there such a program that may be run? A name without "/" is looked for in PATH, one with it
// from directory (empty: the current one).
bool is_program(const std::string& program, const std::filesystem::path& directory);

// Used by one thread.
class ChildProcess {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  ChildProcess() = default;
  // Kills it with its process group, unless it has been waited for.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // command: the program and its arguments. In a process group of its own. 0, or an error number.
  int start(const std::vector<std::string>& command, const std::filesystem::path& directory);

  enum class Ready { yes, cancelled, late };
  // Waits until there is something to receive or, when sending, room to send. cancel: a descriptor
  // that becomes readable when nobody wants to wait any more; -1 where there is none.
  Ready wait(bool sending, TimePoint deadline, int cancel = -1) const;

  // These two do not wait. Takes off bytes what it accepts now; false when it reads no further.
  bool send(std::string_view& bytes);
  // Appends what it has written; false at the end of its output.
  bool receive(std::string& output);
  void close_input();

  // As waitpid() has it; nothing when it still runs at the deadline.
  std::optional<int> status_at_end(TimePoint deadline);
  // Kills what still runs of it. Its status, which stays as it is where it had exited; 0 where it
  // has been waited for.
  int stop();

 private:
  pid_t pid_ = -1;
  Descriptor in_, out_;
};

// "exited with status 3", "was killed by signal 9"
std::string text_of_status(int status);

}  // namespace zopo
