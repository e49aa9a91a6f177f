#include "bench/watch.h"

#include <utility>

#include "zopo/base/clock.h"

namespace zopo::bench {

BenchWatch::BenchWatch(std::function<void(const BenchProgress&)> show,
                       std::int64_t cells,
                       std::int64_t kept)
    : show_(std::move(show)), start_(system_clock().now()) {
  progress_.cells = cells;
  progress_.done = progress_.kept = kept;
}

void BenchWatch::begin() {
  const std::lock_guard lock(mutex_);
  ++progress_.running;
  show();
}

void BenchWatch::end(CellEnd how) {
  const std::lock_guard lock(mutex_);
  --progress_.running;
  if (how == CellEnd::done) ++progress_.done;
  if (how == CellEnd::failed) ++progress_.failed;
  show();
}

// A figure below the last one is of another attempt, which comes on top.
void BenchWatch::spend(const std::string& cell,
                       std::int64_t calls_paid,
                       std::optional<double> usd) {
  const std::lock_guard lock(mutex_);
  Spent& before = attempts_[cell];
  if (calls_paid < before.calls) before = {};
  progress_.calls_paid += calls_paid - before.calls;
  if (usd) {
    const bool is_further = *usd >= before.usd;
    progress_.usd = progress_.usd.value_or(0) + *usd - (is_further ? before.usd : 0);
  }
  before = {calls_paid, usd.value_or(0)};
  show();
}

void BenchWatch::show() {
  if (!show_) return;
  progress_.seconds = std::chrono::duration<double>(system_clock().now() - start_).count();
  show_(progress_);
}

}  // namespace zopo::bench
