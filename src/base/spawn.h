#pragma once
// Starting a program of the user's.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace zopo {

// A file descriptor that is closed with it.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return fd_; }
  int release();
  void close();

 private:
  int fd_;
};

// Starts command (a program, looked up in PATH, and its arguments) in directory (empty: this one)
// with these descriptors as its standard input and output: in a process group of its own, so that a
// Ctrl-C meant for the parent leaves it at work, and with no signal blocked. 0, or an error number.
int spawn(const std::vector<std::string>& command,
          const std::filesystem::path& directory,
          int in,
          int out,
          pid_t& pid);

}  // namespace zopo
