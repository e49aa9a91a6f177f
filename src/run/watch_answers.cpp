#include "zopo/run/watch_answers.h"

#include <chrono>
#include <thread>
#include <utility>

#include "zopo/base/clock.h"

namespace zopo::run {

void watch_answers(llm::Budget& budget, std::function<void()> look) {
  static constexpr std::chrono::milliseconds kApart(50);
  budget.watch([look = std::move(look), owner = std::this_thread::get_id(),
                last = system_clock().now() - kApart]() mutable {
    const auto now = system_clock().now();
    if (std::this_thread::get_id() != owner || now - last < kApart) return;
    last = now;
    look();
  });
}

}  // namespace zopo::run
