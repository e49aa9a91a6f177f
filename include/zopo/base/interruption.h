#pragma once
// How urgently somebody wants the work to end. Set from a signal handler, read by whoever works.

#include <atomic>

namespace zopo {

// 0: go on. 1 (kFinish): send nothing more, await what is under way, save. 2 (kGiveUp): do not
// await it either.
using Interruption = std::atomic<int>;
constexpr int kFinish = 1, kGiveUp = 2;
static_assert(Interruption::is_always_lock_free);

}  // namespace zopo
