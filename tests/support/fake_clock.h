#pragma once
// A clock that moves only when told: sleeping returns at once and advances it.

#include <chrono>
#include <mutex>
#include <vector>

#include "zopo/base/clock.h"

namespace zopo::test {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override {
    const std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::time_point(elapsed_);
  }
  // Starts at 2026-01-01T00:00:00Z.
  std::chrono::system_clock::time_point wall_now() const override {
    const std::lock_guard lock(mutex_);
    return std::chrono::system_clock::time_point(std::chrono::seconds(1767225600)) + elapsed_;
  }
  void sleep_for(Milliseconds duration) const override {
    const std::lock_guard lock(mutex_);
    if (duration.count() > 0) elapsed_ += duration;
    slept_ += duration;
  }

  void advance(Milliseconds duration) { sleep_for(duration); }
  // The sum of all that was slept or advanced.
  Milliseconds slept() const {
    const std::lock_guard lock(mutex_);
    return slept_;
  }

 private:
  mutable std::mutex mutex_;
  mutable Milliseconds elapsed_{0};
  mutable Milliseconds slept_{0};
};

}  // namespace zopo::test
