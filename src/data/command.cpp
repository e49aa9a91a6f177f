#include "command.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "base/descriptor.h"
#include "base/spawn.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

Error failed(const Command& command, const std::string& what) {
  return {ErrorKind::api, "command \"" + command.name() + "\": " + what};
}

std::string exit_of(int status) {
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
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

// A started command; killed with its process group unless it was waited for.
class Child {
 public:
  ~Child() {
    if (pid_ < 0) return;
    kill(-pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
  }

  // An errno, 0 on success.
  int start(const Command& command) {
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
    const int error = spawn(command.words, command.directory, child_in.get(), child_out.get(), pid);
    if (error == 0) pid_ = pid;
    return error;
  }

  // Writes input and reads all output; false when the deadline or the cap came first.
  bool talk(std::string_view input, Clock::time_point deadline, std::string& output) {
    if (input.empty()) in_.close();
    while (true) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0 || output.size() > kMostBytes) return false;
      pollfd fds[2] = {{out_.get(), POLLIN, 0}, {in_.get(), POLLOUT, 0}};
      if (poll(fds, 2, static_cast<int>(std::min<long long>(left, 1'000'000))) < 0) continue;
      if (fds[1].revents != 0) write_some(input);
      if (fds[0].revents != 0 && !read_some(output)) return true;
    }
  }

  // Its status; nothing when it still runs at the deadline.
  std::optional<int> wait(Clock::time_point deadline) {
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      if (Clock::now() >= deadline) return std::nullopt;
      poll(nullptr, 0, 2);
    }
    pid_ = -1;
    return status;
  }

 private:
  void write_some(std::string_view& input) {
    const ssize_t written = write_quietly(in_.get(), input);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // One that reads no further is judged by what it says.
    input.remove_prefix(written < 0 ? input.size() : static_cast<std::size_t>(written));
    if (input.empty()) in_.close();
  }

  // False at the end of the output.
  bool read_some(std::string& output) const {
    char block[1 << 16];
    const ssize_t got = read(out_.get(), block, sizeof block);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    output.append(block, static_cast<std::size_t>(got));
    return got > 0;
  }

  pid_t pid_ = -1;
  Descriptor in_, out_;
};

bool may_run(const std::filesystem::path& file) {
  return std::filesystem::is_regular_file(file) && access(file.c_str(), X_OK) == 0;
}

bool stands_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const std::string& directory : split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    if (may_run(std::filesystem::path(directory) / program)) return true;
  }
  return false;
}

}  // namespace

std::string Command::name() const { return join(words, " "); }

void check_program(const Command& command, const std::string& what) {
  const std::string& program = command.words.at(0);
  const bool found = program.find('/') == std::string::npos ? stands_in_path(program)
                                                            : may_run(command.directory / program);
  if (found) return;
  throw Failure(ErrorKind::config, what + ": no program \"" + program + "\" that may be run. " +
                                       (program.find('/') == std::string::npos
                                            ? "Looked for in PATH."
                                            : "Looked for in " + command.directory.string() + "."));
}

Result<std::string> run_command(const Command& command, std::string_view input) {
  Child child;
  if (const int error = child.start(command))
    return failed(command, std::string("cannot be started: ") + std::strerror(error));
  const Clock::time_point deadline = Clock::now() + command.timeout;
  std::string output;
  const bool whole = child.talk(input, deadline, output);
  if (output.size() > kMostBytes) return failed(command, "wrote more than 64 MiB");
  const std::optional<int> status = whole ? child.wait(deadline) : std::nullopt;
  if (!status)
    return failed(command, "no end within " + std::to_string(command.timeout.count()) + " ms");
  if (*status != 0) return failed(command, exit_of(*status));
  return output;
}

}  // namespace zopo::data
