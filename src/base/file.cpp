// Reads a whole file and words what went wrong. Called wherever a file of the user's is read.

#include "zopo/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "zopo/base/descriptor.h"
#include "zopo/base/error.h"

namespace zopo {
namespace {

constexpr std::size_t kBlock = 1 << 16;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
  throw Failure(ErrorKind::data, "Cannot read " + path.string() + ": " + reason);
}

std::string advice(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "there is no such file. Check the path.";
    case EISDIR:
      return "it is a directory, not a file.";
    case EACCES:
    case EPERM:
      return "permission denied.";
    default:
      return std::generic_category().message(error) + ".";
  }
}

std::size_t read_some(const Descriptor& file,
                      char* to,
                      std::size_t size,
                      const std::filesystem::path& path) {
  while (true) {
    const ssize_t count = ::read(file.get(), to, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) fail(path, advice(errno));
  }
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail(path, advice(errno));
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) fail(path, advice(errno));
  if (S_ISDIR(status.st_mode)) fail(path, advice(EISDIR));

  std::string bytes;
  if (S_ISREG(status.st_mode)) bytes.reserve(static_cast<std::size_t>(status.st_size));
  std::array<char, kBlock> block;
  while (const std::size_t count = read_some(file, block.data(), block.size(), path)) {
    bytes.append(block.data(), count);
  }
  return bytes;
}

}  // namespace zopo
