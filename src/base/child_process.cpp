// Starts a program of the user's with two pipes, waits on them and ends it. Called by score for
// command metrics and by http's line_process.cpp.

#include "zopo/base/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "base/spawn.h"
#include "zopo/base/text.h"

namespace zopo {
namespace {

bool may_run(const std::filesystem::path& file) {
  return access(file.c_str(), X_OK) == 0 && !std::filesystem::is_directory(file);
}

// write() that raises no SIGPIPE when the reader is gone: the signal is blocked for this thread
// meanwhile, and taken away if this raised it.
ssize_t write_quietly(int descriptor, std::string_view bytes) {
  sigset_t pipe, before, waiting;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&waiting);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const ssize_t written = write(descriptor, bytes.data(), bytes.size());
  const int error = errno;
  const timespec now = {0, 0};
  if (written < 0 && error == EPIPE && sigismember(&waiting, SIGPIPE) == 0)
    sigtimedwait(&pipe, nullptr, &now);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

}  // namespace

bool is_program(const std::string& program, const std::filesystem::path& directory) {
  if (program.find('/') != std::string::npos) return may_run(directory / program);
  const char* const path = std::getenv("PATH");
  for (const std::string& folder : split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    if (may_run(std::filesystem::path(folder) / program)) return true;
  }
  return false;
}

ChildProcess::~ChildProcess() { stop(); }

int ChildProcess::start(const std::vector<std::string>& command,
                        const std::filesystem::path& directory) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return errno;
  const Descriptor child_in(in[0]);
  in_ = Descriptor(in[1]);
  if (pipe2(out, O_CLOEXEC) != 0) return errno;
  const Descriptor child_out(out[1]);
  out_ = Descriptor(out[0]);
  fcntl(in_.get(), F_SETFL, O_NONBLOCK);
  fcntl(out_.get(), F_SETFL, O_NONBLOCK);
  pid_t pid = -1;
  const int error = spawn(command, directory, child_in.get(), child_out.get(), pid);
  if (error == 0) pid_ = pid;
  return error;
}

ChildProcess::Ready ChildProcess::wait(bool sending, TimePoint deadline, int cancel) const {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Ready::late;
    pollfd fds[] = {{out_.get(), POLLIN, 0},
                    {sending ? in_.get() : -1, POLLOUT, 0},  // -1 is passed over
                    {cancel, POLLIN, 0}};
    const int count = poll(fds, 3, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (count > 0) return fds[2].revents != 0 ? Ready::cancelled : Ready::yes;
  }
}

bool ChildProcess::send(std::string_view& bytes) {
  const ssize_t written = write_quietly(in_.get(), bytes);
  if (written < 0) return errno == EAGAIN || errno == EINTR;
  bytes.remove_prefix(static_cast<std::size_t>(written));
  return true;
}

bool ChildProcess::receive(std::string& output) {
  char block[1 << 16];
  const ssize_t got = read(out_.get(), block, sizeof block);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  output.append(block, static_cast<std::size_t>(got));
  return got > 0;
}

void ChildProcess::close_input() { in_.close(); }

std::optional<int> ChildProcess::status_at_end(TimePoint deadline) {
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    poll(nullptr, 0, 2);
  }
  pid_ = -1;
  return status;
}

int ChildProcess::stop() {
  if (pid_ < 0) return 0;
  kill(-pid_, SIGKILL);
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return status;
}

std::string text_of_status(int status) {
  if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
  return "exited with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace zopo
