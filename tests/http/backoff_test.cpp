#include "zopo/http/backoff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace zopo::http {
namespace {

// 2026-01-01T00:00:00Z
const std::chrono::system_clock::time_point kNow{std::chrono::seconds(1767225600)};

TEST(Backoff, IsUniformBelowADoublingBound) {
  Backoff backoff({.first = Milliseconds(100), .longest = Milliseconds(1000)}, Rng(1, "test"));
  const Milliseconds bounds[] = {Milliseconds(100), Milliseconds(200),  Milliseconds(400),
                                 Milliseconds(800), Milliseconds(1000), Milliseconds(1000)};
  for (int attempt = 0; attempt < 6; ++attempt) {
    Milliseconds sum(0), longest(0);
    for (int i = 0; i < 1000; ++i) {
      const Milliseconds wait = backoff.wait(attempt);
      EXPECT_GE(wait.count(), 0);
      sum += wait;
      longest = std::max(longest, wait);
    }
    EXPECT_LE(longest, bounds[attempt]);
    EXPECT_NEAR(static_cast<double>(sum.count()) / 1000,
                static_cast<double>(bounds[attempt].count()) / 2,
                static_cast<double>(bounds[attempt].count()) / 20);
  }
}

TEST(Backoff, HugeAttemptsDoNotOverflow) {
  Backoff backoff({}, Rng(1, "test"));
  EXPECT_LE(backoff.wait(100'000), BackoffOptions{}.longest);
}

TEST(RetryAfter, SecondsAndDates) {
  const std::pair<const char*, std::optional<int>> cases[] = {
      {"0", 0},
      {"120", 120'000},
      {" 1.5 ", 1500},
      {"Thu, 01 Jan 2026 00:00:30 GMT", 30'000},     // IMF-fixdate
      {"Thursday, 01-Jan-26 00:00:30 GMT", 30'000},  // RFC 850
      {"Thu Jan  1 00:00:30 2026", 30'000},          // asctime
      {"Wed, 31 Dec 2025 23:59:00 GMT", 0},          // past
      {"", std::nullopt},
      {"Fri Dec 31 23:59:5231999", std::nullopt},
      {"soon", std::nullopt},
      {"-5", std::nullopt},
      {"1e99", std::nullopt},
      {"nan", std::nullopt},
      {"99999999999999999999", std::nullopt},
  };
  for (const auto& [text, ms] : cases) {
    const auto wait = parse_retry_after(text, kNow);
    EXPECT_EQ(wait, ms ? std::optional(Milliseconds(*ms)) : std::nullopt) << text;
  }
}

TEST(RetryAfter, DurationsOfRateLimitHeaders) {
  const std::pair<const char*, std::optional<int>> cases[] = {
      {"1s", 1000},         {"6m0s", 360'000},     {"20ms", 20},          {"1h2m3.5s", 3'723'500},
      {"500us", 1},         {"", std::nullopt},    {"5", std::nullopt},   {"s", std::nullopt},
      {"1d", std::nullopt}, {"-1s", std::nullopt}, {"1s x", std::nullopt}};
  for (const auto& [text, ms] : cases) {
    const auto wait = parse_duration(text);
    EXPECT_EQ(wait, ms ? std::optional(Milliseconds(*ms)) : std::nullopt) << text;
  }
}

TEST(RetryAfter, MostExactHeaderWins) {
  Response response{429,
                    {{"x-ratelimit-remaining-requests", "0"},
                     {"x-ratelimit-reset-requests", "6m0s"},
                     {"x-ratelimit-remaining-tokens", "5"},
                     {"x-ratelimit-reset-tokens", "9m0s"}},
                    ""};
  EXPECT_EQ(server_wait(response, kNow), Milliseconds(360'000));
  response.headers.emplace_back("retry-after", "3");
  EXPECT_EQ(server_wait(response, kNow), Milliseconds(3000));
  response.headers.emplace_back("retry-after-ms", "250.2");
  EXPECT_EQ(server_wait(response, kNow), Milliseconds(251));
}

TEST(RetryAfter, RateLimitsMatterOnlyWhereTheyWereMet) {
  const Headers headers = {{"x-ratelimit-remaining-requests", "0"},
                           {"x-ratelimit-reset-requests", "6m0s"}};
  EXPECT_EQ(server_wait({503, headers, ""}, kNow), std::nullopt);
  EXPECT_EQ(server_wait({429, {{"x-ratelimit-reset-requests", "6m0s"}}, ""}, kNow), std::nullopt);
}

}  // namespace
}  // namespace zopo::http
