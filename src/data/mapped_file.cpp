// Maps a file into memory. Called for .npy files, which may be larger than memory.

#include "mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "zopo/base/error.h"
#include "zopo/base/file.h"

namespace zopo::data {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw Failure(ErrorKind::data, "Cannot map " + path.string() + " into memory: " +
                                     std::generic_category().message(errno) + ".");
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (file >= 0) ::close(file);
    read_file(path);  // says what is wrong with it
    fail(path);
  }
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ > 0) address_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
  const int error = errno;
  ::close(file);  // the mapping keeps the file open
  errno = error;
  if (address_ == MAP_FAILED) fail(path);
}

MappedFile::~MappedFile() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

}  // namespace zopo::data
