#include "http/child_process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/spawn.h"

namespace zopo::http {
namespace {

Error cannot_start(const std::string& program, int code) {
  return {ErrorKind::config,
          fmt::format("The command \"{}\" cannot be started: {}.", program, std::strerror(code))};
}

struct Pipe {
  Descriptor read, write;
};

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

enum class Ready { yes, cancelled, late };

Ready wait_until(int fd, short what, std::chrono::steady_clock::time_point deadline, int cancel) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Ready::late;
    pollfd fds[2] = {{fd, what, 0}, {cancel, POLLIN, 0}};
    const int count = poll(fds, 2, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (fds[1].revents != 0) return Ready::cancelled;
    if (count > 0) return Ready::yes;
  }
}

Error not_ready(Ready ready) {
  if (ready == Ready::cancelled) return {ErrorKind::interrupted, "The command was stopped."};
  return {ErrorKind::network, "The command did not answer in time."};
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::vector<std::string>& command,
                                                          const std::filesystem::path& directory) {
  std::optional<Pipe> to_child = make_pipe(), from_child = make_pipe();
  if (!to_child || !from_child) return cannot_start(command.front(), errno);
  pid_t pid = -1;
  if (const int code =
          spawn(command, directory, to_child->read.get(), from_child->write.get(), pid))
    return cannot_start(command.front(), code);
  fcntl(to_child->write.get(), F_SETFL, O_NONBLOCK);
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(pid, std::move(to_child->write), std::move(from_child->read)));
}

ChildProcess::ChildProcess(pid_t pid, Descriptor in, Descriptor out)
    : pid_(pid), in_(std::move(in)), out_(std::move(out)) {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

Result<std::string> ChildProcess::ask(const std::string& line,
                                      std::chrono::milliseconds timeout,
                                      std::size_t max_bytes,
                                      int cancel) {
  const TimePoint deadline = std::chrono::steady_clock::now() + timeout;
  const Result<bool> sent = send(line + "\n", deadline, cancel);
  if (!sent) return sent.error();
  return receive(deadline, max_bytes, cancel);
}

Result<bool> ChildProcess::send(const std::string& bytes, TimePoint deadline, int cancel) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Ready ready = wait_until(in_.get(), POLLOUT, deadline, cancel);
    if (ready != Ready::yes) return not_ready(ready);
    const ssize_t count = write(in_.get(), bytes.data() + at, bytes.size() - at);
    if (count > 0) at += static_cast<std::size_t>(count);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return ended();
  }
  return true;
}

Result<std::string> ChildProcess::receive(TimePoint deadline, std::size_t max_bytes, int cancel) {
  std::size_t searched = 0;
  while (true) {
    const std::size_t end = received_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    searched = received_.size();
    if (searched > max_bytes) {
      return Error{ErrorKind::api,
                   fmt::format("The command's answer has more than {} bytes.", max_bytes)};
    }
    const Ready ready = wait_until(out_.get(), POLLIN, deadline, cancel);
    if (ready != Ready::yes) return not_ready(ready);
    char bytes[65536];
    const ssize_t count = read(out_.get(), bytes, sizeof bytes);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) return ended();
    if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
  }
}

Error ChildProcess::ended() {
  kill(-pid_, SIGKILL);  // it may have closed its pipes and live on; an exit status stays as it is
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  const std::string how = WIFEXITED(status)
                              ? fmt::format("exited with status {}", WEXITSTATUS(status))
                              : fmt::format("ended by signal {}", WTERMSIG(status));
  return {ErrorKind::network, fmt::format("The command {} before it answered.", how)};
}

}  // namespace zopo::http
