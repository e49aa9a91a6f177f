#include "zopo/http/rate_limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/fake_clock.h"

namespace zopo::http {
namespace {

using test::FakeClock;
using TimePoint = std::chrono::steady_clock::time_point;

// Sends as fast as it may for so long; the times of sending. Each request takes what took(i) says.
template <class Took>
std::vector<TimePoint> send_for(
    std::chrono::seconds duration, RateLimiter& limiter, FakeClock& clock, double most, Took took) {
  std::vector<TimePoint> sent;
  const TimePoint end = clock.now() + duration;
  while (true) {
    clock.sleep_for(limiter.wait(most));
    if (clock.now() >= end) return sent;
    limiter.settle(limiter.send(most), took(sent.size()));
    sent.push_back(clock.now());
  }
}

TEST(TokenBucket, HoldsOneSecondsWorthAndFillsSteadily) {
  TokenBucket bucket(600, TimePoint());
  EXPECT_EQ(bucket.wait(10, TimePoint()), Milliseconds(0));
  bucket.take(10, TimePoint());
  EXPECT_EQ(bucket.wait(1, TimePoint()), Milliseconds(100));
  EXPECT_EQ(bucket.wait(1, TimePoint() + Milliseconds(99)), Milliseconds(1));
  EXPECT_EQ(bucket.wait(10, TimePoint() + Milliseconds(1000)), Milliseconds(0));
  bucket.take(10, TimePoint() + std::chrono::hours(1));
  EXPECT_EQ(bucket.wait(1, TimePoint() + std::chrono::hours(1)), Milliseconds(100));
}

TEST(TokenBucket, MoreThanItHoldsIsTakenFromAFullOneAndOwed) {
  TokenBucket bucket(60, TimePoint());
  EXPECT_EQ(bucket.wait(30, TimePoint()), Milliseconds(0));
  bucket.take(30, TimePoint());
  EXPECT_EQ(bucket.wait(30, TimePoint()), Milliseconds(30'000));
  bucket.take(-20, TimePoint());
  EXPECT_EQ(bucket.wait(30, TimePoint()), Milliseconds(10'000));
}

TEST(RateLimiter, NoMinuteSeesMoreRequestsThanAllowedAndOneSecondsWorth) {
  for (const double per_minute : {1.0, 7.0, 60.0, 90.0, 1000.0}) {
    FakeClock clock;
    RateLimiter limiter({.requests_per_minute = per_minute}, clock);
    const auto sent =
        send_for(std::chrono::seconds(600), limiter, clock, 9, [](std::size_t) { return 9.0; });
    EXPECT_GE(static_cast<double>(sent.size()), 0.99 * 10 * per_minute);
    for (const TimePoint begin : sent) {
      const auto first = std::lower_bound(sent.begin(), sent.end(), begin);
      const auto in_minute =
          std::lower_bound(first, sent.end(), begin + std::chrono::seconds(60)) - first;
      EXPECT_LE(static_cast<double>(in_minute), per_minute + std::max(1.0, per_minute / 60));
    }
  }
}

TEST(RateLimiter, TokensAreCountedAsTheyTurnOutAndNotAtTheirBound) {
  FakeClock clock;
  RateLimiter limiter({.tokens_per_minute = 6000}, clock);
  const auto sent = send_for(std::chrono::seconds(600), limiter, clock, 500,
                             [](std::size_t i) { return i % 2 == 0 ? 10.0 : 30.0; });
  EXPECT_NEAR(static_cast<double>(sent.size()), 10 * 6000 / 20.0, 60);
}

TEST(RateLimiter, FailuresGiveTheirTokensBackAndTeachNothing) {
  FakeClock clock;
  RateLimiter limiter({.tokens_per_minute = 6000}, clock);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(limiter.wait(100), Milliseconds(0));
    limiter.settle(limiter.send(100), 0);
  }
  EXPECT_EQ(limiter.send(100), 100);
}

TEST(RateLimiter, TheStricterLimitDecides) {
  FakeClock clock;
  RateLimiter limiter({.requests_per_minute = 60, .tokens_per_minute = 600}, clock);
  limiter.send(20);
  EXPECT_EQ(limiter.wait(20), Milliseconds(2000));
  RateLimiter free({}, clock);
  free.send(1e9);
  EXPECT_EQ(free.wait(1e9), Milliseconds(0));
}

}  // namespace
}  // namespace zopo::http
