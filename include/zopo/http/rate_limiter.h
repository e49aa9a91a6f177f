#pragma once
// Requests and tokens per minute as token buckets (Turner, "New directions in communications",
// IEEE Communications Magazine 24(10), 1986).

#include <chrono>
#include <optional>

#include "zopo/base/clock.h"

namespace zopo::http {

// A bucket that holds at most one second's worth (but one whole request) and starts full: in any
// minute no more than per_minute and that one second's worth flow out of it. Endpoints count by
// the second, too. Not thread-safe.
class TokenBucket {
 public:
  // per_minute > 0.
  TokenBucket(double per_minute, std::chrono::steady_clock::time_point now);
  // How long until amount may be taken; 0: now. What is more than the bucket holds may be taken
  // from a full one.
  Milliseconds wait(double amount, std::chrono::steady_clock::time_point now) const;
  // The bucket may come to owe; amount may be negative to give back.
  void take(double amount, std::chrono::steady_clock::time_point now);

 private:
  double level_at(std::chrono::steady_clock::time_point now) const;

  double per_ms_;
  double capacity_;
  double level_;
  std::chrono::steady_clock::time_point since_;
};

// Nothing means no limit.
struct RateLimits {
  std::optional<double> requests_per_minute = {};
  std::optional<double> tokens_per_minute = {};
};

// Both limits of one endpoint. What a request will take in tokens is not known before its reply:
// it is charged what replies took on average so far (the first ones their upper bound), and settled
// afterwards. Not thread-safe.
class RateLimiter {
 public:
  // clock outlives the limiter.
  RateLimiter(RateLimits limits, const Clock& clock);

  // How long until a request of at most so many tokens may be sent; 0: now.
  Milliseconds wait(double most_tokens) const;
  // Charges it; returns how many tokens, for settle().
  double send(double most_tokens);
  // tokens: what the request took. Failures took nothing and say nothing about others.
  void settle(double charged, double tokens);

 private:
  double expected(double most_tokens) const;

  const Clock& clock_;
  std::optional<TokenBucket> requests_, tokens_;
  double replies_ = 0, tokens_of_replies_ = 0;
};

}  // namespace zopo::http
