#pragma once
// What the cells of a bench are doing, for whoever shows it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "zopo/bench/bench.h"

namespace zopo::bench {

enum class CellEnd { done, failed, given_up };

// Thread-safe; what is shown is shown by one thread at a time.
class BenchWatch {
 public:
  // show may be empty. kept: cells that were done before.
  BenchWatch(std::function<void(const BenchProgress&)> show, std::int64_t cells, std::int64_t kept);
  void begin();
  void end(CellEnd how);
  // What a live cell's present attempt has come to so far.
  void spend(const std::string& cell, std::int64_t calls_paid, std::optional<double> usd);

 private:
  struct Spent {
    std::int64_t calls = 0;
    double usd = 0;
  };
  void show();

  const std::function<void(const BenchProgress&)> show_;
  const std::chrono::steady_clock::time_point start_;
  std::mutex mutex_;
  BenchProgress progress_;
  std::map<std::string, Spent> attempts_;  // by cell
};

}  // namespace zopo::bench
