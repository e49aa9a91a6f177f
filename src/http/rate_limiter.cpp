// Token buckets for requests and tokens. Called by llm's outbox before each request.

#include "zopo/http/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace zopo::http {
namespace {

std::optional<TokenBucket> bucket(const std::optional<double>& per_minute, const Clock& clock) {
  if (!per_minute) return std::nullopt;
  return TokenBucket(*per_minute, clock.now());
}

}  // namespace

TokenBucket::TokenBucket(double per_minute, std::chrono::steady_clock::time_point now)
    : per_ms_(per_minute / 60e3),
      capacity_(std::max(1.0, per_minute / 60)),
      level_(capacity_),
      since_(now) {}

Milliseconds TokenBucket::wait(double amount, std::chrono::steady_clock::time_point now) const {
  const double missing = std::min(amount, capacity_) - level_at(now);
  // Rounding must not cost a millisecond: a level that was waited for may come out a hair below.
  return Milliseconds(
      static_cast<std::int64_t>(std::ceil(std::max(0.0, missing / per_ms_ - 1e-6))));
}

void TokenBucket::take(double amount, std::chrono::steady_clock::time_point now) {
  level_ = std::min(capacity_, level_at(now) - amount);
  since_ = now;
}

double TokenBucket::level_at(std::chrono::steady_clock::time_point now) const {
  const std::chrono::duration<double, std::milli> passed = now - since_;
  return std::min(capacity_, level_ + passed.count() * per_ms_);
}

RateLimiter::RateLimiter(RateLimits limits, const Clock& clock)
    : clock_(clock),
      requests_(bucket(limits.requests_per_minute, clock)),
      tokens_(bucket(limits.tokens_per_minute, clock)) {}

Milliseconds RateLimiter::wait(double most_tokens) const {
  Milliseconds longest(0);
  if (requests_) longest = requests_->wait(1, clock_.now());
  if (tokens_) longest = std::max(longest, tokens_->wait(expected(most_tokens), clock_.now()));
  return longest;
}

double RateLimiter::send(double most_tokens) {
  const double charged = expected(most_tokens);
  if (requests_) requests_->take(1, clock_.now());
  if (tokens_) tokens_->take(charged, clock_.now());
  return charged;
}

void RateLimiter::settle(double charged, double tokens) {
  if (tokens > 0) {
    ++replies_;
    tokens_of_replies_ += tokens;
  }
  if (tokens_) tokens_->take(tokens - charged, clock_.now());
}

double RateLimiter::expected(double most_tokens) const {
  return replies_ > 0 ? std::min(most_tokens, tokens_of_replies_ / replies_) : most_tokens;
}

}  // namespace zopo::http
