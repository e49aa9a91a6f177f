#pragma once
// A child process that is talked to line by line.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "zopo/base/child_process.h"
#include "zopo/base/result.h"

namespace zopo::http {

// Used by one thread.
class LineProcess {
 public:
  // Errors of kind config.
  static Result<std::unique_ptr<LineProcess>> start(const std::vector<std::string>& command,
                                                    const std::filesystem::path& directory);

  // Sends line and awaits the next one, without its line break. cancel: a descriptor that becomes
  // readable when nobody wants the answer any more. Errors: network (it exited or was too slow),
  // api (more than max_bytes), interrupted. After an error the process is of no use any more.
  Result<std::string> ask(const std::string& line,
                          std::chrono::milliseconds timeout,
                          std::size_t max_bytes,
                          int cancel);

 private:
  ChildProcess child_;
  std::string received_;  // beyond the last line handed out
};

}  // namespace zopo::http
