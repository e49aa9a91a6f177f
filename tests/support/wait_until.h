#pragma once
// Waiting for another thread, process or program. Between two looks there is a pause, which leaves
// the processor to whoever is waited for; how long it took is nobody's business.

#include <chrono>
#include <thread>

namespace zopo::test {

// Whether holds() came true within a minute.
template <class Holds>
bool wait_until(Holds holds, std::chrono::microseconds pause = std::chrono::microseconds(200)) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace zopo::test
