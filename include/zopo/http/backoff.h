#pragma once
// How long to wait before trying again.

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

#include "zopo/base/clock.h"
#include "zopo/base/random.h"
#include "zopo/http/transport.h"

namespace zopo::http {

struct BackoffOptions {
  Milliseconds first{500};
  Milliseconds longest{30'000};
};

// Full jitter: uniform in [0, min(longest, first * 2^attempt)] ("Exponential Backoff And Jitter",
// AWS Architecture Blog, 2015): clients that failed together do not come back together.
class Backoff {
 public:
  Backoff(BackoffOptions options, Rng rng);
  // attempt counts the failures so far, from 0. Thread-safe.
  Milliseconds wait(int attempt);

 private:
  BackoffOptions options_;
  std::mutex mutex_;
  Rng rng_;
};

// How long the server asks to wait, measured from now. The most exact wins: retry-after-ms, then
// Retry-After in seconds or as an HTTP date (RFC 9110, sec. 10.2.3), then, on status 429, the
// longest of the x-ratelimit-reset-* (such as "6m0s") whose x-ratelimit-remaining-* is 0. Nothing
// when none is there or readable; never negative.
std::optional<Milliseconds> server_wait(const Response& response,
                                        std::chrono::system_clock::time_point now);

// "1h2m3.5s", "20ms" -> milliseconds.
std::optional<Milliseconds> parse_duration(std::string_view text);
// "120" or "Fri, 31 Dec 1999 23:59:59 GMT".
std::optional<Milliseconds> parse_retry_after(std::string_view text,
                                              std::chrono::system_clock::time_point now);

}  // namespace zopo::http
