#pragma once
// A run's directory: where its files are and how they are written.
//
//   runs/<utc>-<name>-<hash>/  manifest.json responses.db trace.jsonl result.json best_prompt.txt
//   timing.json
//                              evaluations.csv

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zopo::store {

class RunDir {
 public:
  // A new directory below parent, named by time, name (made safe for a file name) and hash; a
  // number is added where it exists. Throws Failure{data}.
  static RunDir create(const std::filesystem::path& parent,
                       std::chrono::system_clock::time_point now,
                       const std::string& name,
                       const std::string& hash);
  // A directory that is there, as a new run; its manifest is still to be written.
  static RunDir begin(const std::filesystem::path& directory) { return RunDir(directory); }
  // An existing one. Throws Failure{usage} when there is no manifest.json in it.
  static RunDir open(const std::filesystem::path& directory);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path responses() const { return path_ / "responses.db"; }
  std::string read(const std::string& file) const;
  // Whole or not at all.
  void write(const std::string& file, std::string_view bytes) const;

 private:
  explicit RunDir(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// A file of lines that a resumed run writes again: lines that stand there already are kept, the
// first line that differs (or is torn) is cut off with all that follows. Each appended line is
// flushed.
class LineLog {
 public:
  // Throws Failure{data}.
  explicit LineLog(const std::filesystem::path& file);
  // line has no line end.
  void append(const std::string& line);
  // Cuts off what an earlier, longer run left behind.
  void finish();

 private:
  void cut_here();

  std::filesystem::path file_;
  std::vector<std::string>
      existing_;  // lines found at the start, those not yet met again at the back
  std::size_t next_ = 0;
  std::uintmax_t kept_bytes_ = 0;
  std::ofstream out_;
};

}  // namespace zopo::store
