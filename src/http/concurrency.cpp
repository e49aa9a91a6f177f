// Additive increase, multiplicative decrease. Called by llm's outbox.

#include "zopo/http/concurrency.h"

#include <algorithm>

namespace zopo::http {

Concurrency::Concurrency(int most) : most_(std::max(1, most)), limit_(most_) {}

void Concurrency::succeed() { limit_ = std::min(most_, limit_ + 1 / limit_); }

void Concurrency::throttle(std::uint64_t request) {
  if (request < cut_at_) return;
  limit_ = std::max(1.0, limit_ / 2);
  cut_at_ = sent_;
}

}  // namespace zopo::http
