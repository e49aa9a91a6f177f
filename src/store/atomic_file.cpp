// Writes a file beside its place and renames it there. Called for every file that a run, an export
// or a bench leaves behind.

#include "zopo/store/atomic_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

#include "zopo/base/error.h"

namespace zopo::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInfix = ".tmp-";

[[noreturn]] void fail_at(const fs::path& file, const char* step) {
  throw Failure(ErrorKind::data,
                fmt::format("Cannot write {}: {} failed: {}. Check the path, its permissions and "
                            "the free space.",
                            file.string(), step, std::strerror(errno)));
}

// The temporary file; gone with the object unless it was renamed away.
class Temporary {
 public:
  // Of a name that no other thread or process uses; as open as the file that it is to replace.
  explicit Temporary(const fs::path& target) : target_(target) {
    static std::atomic<std::uint64_t> count{0};
    while (!make(fmt::format("{}{}{}-{}", target.string(), kInfix, getpid(), count++))) {
    }
    struct stat replaced {};
    if (stat(target.c_str(), &replaced) == 0) fchmod(descriptor_, replaced.st_mode & 07777);
  }
  ~Temporary() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!path_.empty()) unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail_at(target_, "writing");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void commit() {
    if (fsync(descriptor_) != 0) fail_at(target_, "fsync");
    rename_away();
  }

  void rename_away() {
    if (rename(path_.c_str(), target_.c_str()) != 0) fail_at(target_, "renaming");
    path_.clear();
  }

 private:
  // The lock says that somebody is writing. False where the name was taken, or swept away before it
  // was locked.
  bool make(const std::string& path) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0 && errno == EEXIST) return false;
    if (descriptor < 0) fail_at(target_, "creating a temporary file beside it");
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      close(descriptor);
      return false;
    }
    struct stat made {};
    if (fstat(descriptor, &made) == 0 && made.st_nlink == 0) {
      close(descriptor);
      return false;
    }
    path_ = path;
    descriptor_ = descriptor;
    return true;
  }

  fs::path target_;
  std::string path_;
  int descriptor_ = -1;
};

void remove_if_left_behind(const fs::path& temporary) {
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) unlink(temporary.c_str());
  close(descriptor);
}

// Where writing to file would write. A dangling link counts, so weakly_canonical() will not do.
fs::path end_of_links(fs::path file) {
  std::error_code not_a_link;
  for (int links = 0; links < 40 && fs::is_symlink(file, not_a_link); ++links) {
    file = file.parent_path() / fs::read_symlink(file, not_a_link);
  }
  return file;
}

// A device or a pipe is no file to be replaced by another: it is written to as it stands.
bool is_special(const fs::path& file) {
  struct stat there {};
  return stat(file.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode);
}

void write_through(const fs::path& file, std::string_view bytes) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail_at(file, "opening");
  bool whole = true;
  while (whole && !bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    whole = written >= 0;
    if (whole) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  const int why = errno;
  close(descriptor);
  errno = why;
  if (!whole) fail_at(file, "writing");
}

void sync_directory(const fs::path& directory) {
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // a directory that we may write but not read: nothing to sync with
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

void write_file_atomically(const fs::path& file, std::string_view bytes) {
  if (is_special(file)) return write_through(file, bytes);
  const fs::path target = end_of_links(file);
  Temporary temporary(target);
  temporary.write(bytes);
  temporary.commit();
  sync_directory(target.has_parent_path() ? target.parent_path() : fs::path("."));
}

void require_writable(const fs::path& file) {
  if (is_special(file)) {
    if (access(file.c_str(), W_OK) != 0) fail_at(file, "opening");
    return;
  }
  const fs::path target = end_of_links(file);
  std::error_code absent;
  if (fs::is_directory(target, absent)) {
    errno = EISDIR;
    fail_at(target, "opening");
  }
  const Temporary temporary(target);
}

void write_file_quickly(const fs::path& file, std::string_view bytes) {
  Temporary temporary(file);
  temporary.write(bytes);
  temporary.rename_away();
}

void sweep_temporaries(const fs::path& directory) {
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, unreadable)) {
    const std::string name = entry.path().filename();
    if (name.find(kInfix) != std::string::npos) remove_if_left_behind(entry.path());
  }
}

}  // namespace zopo::store
