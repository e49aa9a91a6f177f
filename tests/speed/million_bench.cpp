// One million candidates of dimension 384 in a memory-mapped .npy of 1.5 GB: how long a search
// takes to start, what a decision costs in passes over the file, and the memory held at most, as a
// multiple of the file. The file is written to the temporary directory and removed again.

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "data/npy.h"
#include "tests/speed/search_game.h"

namespace zopo {
namespace {

constexpr Index kRows = 1'000'000;
constexpr Index kDim = 384;
constexpr Index kQueries = 165;

class MillionRows {
 public:
  // Empty path: not enough room on the disk.
  MillionRows()
      : path_(std::filesystem::temp_directory_path() / fmt::format("zopo-bench-{}.npy", getpid())) {
    constexpr std::uintmax_t kBytes = kRows * kDim * sizeof(float);
    if (std::filesystem::space(path_.parent_path()).available < kBytes + kBytes / 4) {
      path_.clear();
      return;
    }
    std::ofstream out(path_, std::ios::binary);
    out << data::npy_header(kRows, kDim);
    bench::ClusteredRows rows(kDim);
    std::vector<float> row(kDim);
    for (Index i = 0; i < kRows; ++i) {
      rows.next(row.data());
      out.write(reinterpret_cast<const char*>(row.data()), kDim * sizeof(float));
    }
  }
  ~MillionRows() {
    if (!path_.empty()) std::filesystem::remove(path_);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const std::filesystem::path& million_rows() {
  static const MillionRows rows;
  return rows.path();
}

// The most memory held since the last call (Linux: proc(5), clear_refs and VmHWM), in bytes.
double peak_memory() {
  double kilobytes = 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) kilobytes = std::stod(line.substr(6));
  }
  std::ofstream("/proc/self/clear_refs") << 5;
  return 1024 * kilobytes;
}

void million(benchmark::State& state, const char* method) {
  const std::filesystem::path& file = million_rows();
  if (file.empty()) {
    state.SkipWithError("the temporary directory has no room for a file of 1.5 GB");
    return;
  }
  peak_memory();
  const double start = bench::thread_seconds();
  const data::Embeddings embeddings = data::load_embeddings(file, kRows);
  const double loaded = bench::thread_seconds() - start;
  bench::ask(state, method, "{}", embeddings, kQueries);
  state.counters["load_s"] = loaded;
  state.counters["memory"] = peak_memory() / static_cast<double>(std::filesystem::file_size(file));
}

const int registered = [] {
  for (const char* method : {"zopo", "zopo-paper", "nearest"}) {
    benchmark::RegisterBenchmark(fmt::format("million/{}", method).c_str(),
                                 [=](benchmark::State& state) { million(state, method); })
        ->Unit(benchmark::kMillisecond)
        ->UseManualTime()
        ->Iterations(5);
  }
  return 0;
}();

}  // namespace
}  // namespace zopo
