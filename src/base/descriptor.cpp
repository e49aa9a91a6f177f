// Closes a file descriptor once. Called by file.cpp, child_process.cpp and whoever holds one.

#include "zopo/base/descriptor.h"

#include <unistd.h>

#include <utility>

namespace zopo {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

int Descriptor::release() { return std::exchange(fd_, -1); }

void Descriptor::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace zopo
