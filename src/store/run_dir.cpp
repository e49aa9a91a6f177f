// Makes and opens run directories, and continues line files where they agree with what was there.
// Called by run, report and app.

#include "zopo/store/run_dir.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cctype>
#include <system_error>

#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"
#include "zopo/store/atomic_file.h"

namespace zopo::store {
namespace {

std::string file_name_of(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    safe += std::isalnum(byte) != 0 || c == '-' || c == '_' ? c : '-';
  }
  return safe.substr(0, 60);
}

}  // namespace

RunDir RunDir::create(const std::filesystem::path& parent,
                      std::chrono::system_clock::time_point now,
                      const std::string& name,
                      const std::string& hash) {
  const std::string stem =
      fmt::format("{:%Y%m%dT%H%M%SZ}-{}-{}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                  file_name_of(name), hash.substr(0, 8));
  std::error_code failure;
  std::filesystem::create_directories(parent, failure);
  for (int attempt = 1; !failure; ++attempt) {
    const std::filesystem::path path =
        parent / (attempt == 1 ? stem : fmt::format("{}-{}", stem, attempt));
    if (!std::filesystem::create_directory(path, failure)) continue;
    // Whatever the umask: prompts, data and answers are the owner's.
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return RunDir(path);
  }
  bad_data(parent, "cannot make a run directory in it: " + failure.message() +
                       ". Name another with output.dir.");
}

RunDir RunDir::open(const std::filesystem::path& directory) {
  if (!std::filesystem::exists(directory / "manifest.json")) {
    throw Failure(ErrorKind::usage,
                  directory.string() + ": not a run directory: no manifest.json in it.");
  }
  return RunDir(directory);
}

std::string RunDir::read(const std::string& file) const { return read_file(path_ / file); }

void RunDir::write(const std::string& file, std::string_view bytes) const {
  write_file_atomically(path_ / file, bytes);
}

LineLog::LineLog(const std::filesystem::path& file) : file_(file) {
  if (std::filesystem::exists(file)) {
    const std::string bytes = read_file(file);
    std::size_t at = 0;
    for (std::size_t end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n', at)) {
      existing_.push_back(bytes.substr(at, end - at));
      at = end + 1;
    }
  }
}

void LineLog::append(const std::string& line) {
  if (!out_.is_open() && next_ < existing_.size() && existing_[next_] == line) {
    ++next_;
    kept_bytes_ += line.size() + 1;
    return;
  }
  if (!out_.is_open()) cut_here();
  out_ << line << '\n' << std::flush;
  if (!out_) bad_data(file_, "cannot be written; is the disk full?");
}

void LineLog::finish() {
  if (!out_.is_open()) cut_here();
}

void LineLog::cut_here() {
  if (std::filesystem::exists(file_)) std::filesystem::resize_file(file_, kept_bytes_);
  out_.open(file_, std::ios::binary | std::ios::app);
  if (!out_) bad_data(file_, "cannot be opened for writing.");
}

}  // namespace zopo::store
