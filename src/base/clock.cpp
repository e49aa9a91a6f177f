// The real clock. Passed down by app and run; tests pass their own.

#include "zopo/base/clock.h"

#include <thread>

namespace zopo {
namespace {

class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  std::chrono::system_clock::time_point wall_now() const override {
    return std::chrono::system_clock::now();
  }
  void sleep_for(Milliseconds duration) const override { std::this_thread::sleep_for(duration); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace zopo
