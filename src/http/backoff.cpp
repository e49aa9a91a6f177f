// Random waits, and those that a server asks for. Called by retry.cpp, and by llm's api_error.cpp
// for waits that stand in a body.

#include "zopo/http/backoff.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>

#include "zopo/base/text.h"

namespace zopo::http {
namespace {

constexpr double kLongestMs = 1e12;  // 31 years: more is not a wait but a mistake

std::optional<Milliseconds> from_ms(double ms) {
  if (!std::isfinite(ms) || ms > kLongestMs) return std::nullopt;
  return Milliseconds(static_cast<std::int64_t>(std::ceil(std::max(ms, 0.0))));
}

// A number at the front of text, which it is taken off.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || std::signbit(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> number(std::string_view text) {
  const std::optional<double> value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

double take_unit_ms(std::string_view& text) {
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1}, {"us", 1e-3}, {"h", 3.6e6}, {"m", 6e4}, {"s", 1e3}};
  for (const auto& [name, ms] : kUnits) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return ms;
  }
  return std::nan("");
}

std::optional<Milliseconds> rate_limit_reset(const Response& response) {
  std::optional<Milliseconds> longest;
  for (const std::string what : {"requests", "tokens"}) {
    if (response.header("x-ratelimit-remaining-" + what) != "0") continue;
    const auto reset = parse_duration(response.header("x-ratelimit-reset-" + what));
    if (reset) longest = std::max(longest.value_or(*reset), *reset);
  }
  return longest;
}

}  // namespace

Backoff::Backoff(BackoffOptions options, Rng rng) : options_(options), rng_(rng) {}

Milliseconds Backoff::wait(int attempt) {
  const double bound = std::min(static_cast<double>(options_.longest.count()),
                                std::ldexp(static_cast<double>(options_.first.count()), attempt));
  const std::lock_guard lock(mutex_);
  return Milliseconds(std::llround(bound * rng_.uniform()));
}

std::optional<Milliseconds> server_wait(const Response& response,
                                        std::chrono::system_clock::time_point now) {
  const std::string exact = response.header("retry-after-ms");
  if (const auto ms = number(trim(exact))) {
    if (const auto wait = from_ms(*ms)) return wait;
  }
  if (const auto wait = parse_retry_after(response.header("retry-after"), now)) return wait;
  return response.status == 429 ? rate_limit_reset(response) : std::nullopt;
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  double ms = 0;
  while (!text.empty()) {
    const std::optional<double> value = take_number(text);
    if (!value) return std::nullopt;
    ms += *value * take_unit_ms(text);
  }
  return from_ms(ms);
}

std::optional<Milliseconds> parse_retry_after(std::string_view text,
                                              std::chrono::system_clock::time_point now) {
  text = trim(text);
  if (const auto seconds = number(text)) return from_ms(*seconds * 1e3);
  const std::time_t date = curl_getdate(std::string(text).c_str(), nullptr);
  if (date == -1) return std::nullopt;
  // In floating point: a year such as 31999 does not fit the clock's nanoseconds.
  const std::chrono::duration<double> since_epoch = now.time_since_epoch();
  return from_ms((static_cast<double>(date) - since_epoch.count()) * 1e3);
}

}  // namespace zopo::http
