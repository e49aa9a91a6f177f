#pragma once
// One process per run directory.

#include <filesystem>

namespace zopo::store {

// Holds DIR/lock, a file with this process's id in it that is flock'ed while the object lives. The
// kernel drops the lock with the process, so one that was killed leaves a stale file and nothing
// else; the next process takes it over.
class RunLock {
 public:
  // Throws Failure{usage} naming the process that holds the directory, Failure{data} when the lock
  // file cannot be written. Sweeps temporary files of killed processes (atomic_file.h).
  explicit RunLock(const std::filesystem::path& directory);
  // Removes the file.
  ~RunLock();
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace zopo::store
