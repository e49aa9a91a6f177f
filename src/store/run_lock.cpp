// Takes the lock of a run directory, over from a killed process too. Called by run and by the
// commands that write into one.

#include "zopo/store/run_lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "zopo/base/error.h"
#include "zopo/store/atomic_file.h"

namespace zopo::store {
namespace {

namespace fs = std::filesystem;

int open_lock_file(const fs::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor >= 0) return descriptor;
  throw Failure(ErrorKind::data,
                fmt::format("Cannot write the lock file {}: {}. Check that the run directory "
                            "exists and may be written.",
                            file.string(), std::strerror(errno)));
}

[[noreturn]] void fail_held(const fs::path& directory, int descriptor) {
  char pid[32] = {};
  const ssize_t size = pread(descriptor, pid, sizeof pid - 1, 0);
  close(descriptor);
  const std::string holder(pid, size > 0 ? static_cast<std::size_t>(size) : 0);
  throw Failure(ErrorKind::usage,
                fmt::format("The run directory {} is in use by process {}. Wait for it to end, or "
                            "stop it, or name another directory.",
                            directory.string(), holder.empty() ? "unknown" : holder));
}

// Whether file still is what descriptor opened: its last holder may have removed it in between.
bool is_current(const fs::path& file, int descriptor) {
  struct stat opened {};
  struct stat present {};
  return fstat(descriptor, &opened) == 0 && stat(file.c_str(), &present) == 0 &&
         opened.st_ino == present.st_ino && opened.st_dev == present.st_dev;
}

void write_pid(const fs::path& file, int descriptor) {
  const std::string pid = std::to_string(getpid());
  const bool written =
      ftruncate(descriptor, 0) == 0 &&
      pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  if (written) return;
  const int reason = errno;
  close(descriptor);
  throw Failure(ErrorKind::data,
                fmt::format("Cannot write the lock file {}: {}. Check the free space.",
                            file.string(), std::strerror(reason)));
}

}  // namespace

RunLock::RunLock(const fs::path& directory) : file_(directory / "lock") {
  while (true) {
    const int descriptor = open_lock_file(file_);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) fail_held(directory, descriptor);
    if (is_current(file_, descriptor)) {
      write_pid(file_, descriptor);
      descriptor_ = descriptor;
      sweep_temporaries(directory);
      return;
    }
    close(descriptor);
  }
}

RunLock::~RunLock() {
  if (descriptor_ < 0) return;
  unlink(file_.c_str());  // while it is still locked, so that nobody locks a file without a name
  close(descriptor_);
}

RunLock::RunLock(RunLock&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace zopo::store
