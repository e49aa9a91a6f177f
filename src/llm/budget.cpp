// Keeps the accounts of all roles. Called by every client before and after a request.

#include "zopo/llm/budget.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "zopo/base/saturating.h"

namespace zopo::llm {
namespace {

void check_cap(const char* name, double cap) {
  if (cap >= 0 && cap <= 9e15) return;
  throw Failure(ErrorKind::config,
                fmt::format("budget.{} is {}; a cap is a number from 0 up.", name, cap));
}

void check(const Caps& caps) {
  if (caps.calls) check_cap("calls", static_cast<double>(*caps.calls));
  if (caps.tokens) check_cap("tokens", static_cast<double>(*caps.tokens));
  if (caps.usd) check_cap("usd", *caps.usd);
  if (caps.seconds) check_cap("seconds", *caps.seconds);
}

Error over(const std::string& cap, const std::string& unit) {
  return {ErrorKind::budget,
          fmt::format("The cap budget.{} does not leave room for another {}. What was paid for is "
                      "kept; raise the cap to go on.",
                      cap, unit)};
}

std::int64_t plus(std::int64_t a, std::int64_t b, std::int64_t sign) {
  return saturated_sum(a, saturated_product(sign, b));
}

Usage plus(const Usage& a, const Usage& b, std::int64_t sign) {
  return {plus(a.prompt_tokens, b.prompt_tokens, sign),
          plus(a.completion_tokens, b.completion_tokens, sign),
          plus(a.cached_tokens, b.cached_tokens, sign),
          plus(a.reasoning_tokens, b.reasoning_tokens, sign)};
}

Amount minus_clamped(Amount from, const Amount& taken) {
  from -= taken;
  const auto clamp = [](std::int64_t& part) { part = std::max<std::int64_t>(part, 0); };
  clamp(from.calls);
  clamp(from.cost);
  clamp(from.usage.prompt_tokens);
  clamp(from.usage.completion_tokens);
  return from;
}

// What of share is left when spent is taken off, never below nothing.
Amount rest(const Amount& share, const Amount& spent) {
  Amount left = share;
  left -= spent;
  left.calls = std::max<std::int64_t>(left.calls, 0);
  left.cost = std::max<std::int64_t>(left.cost, 0);
  left.usage = {std::max<std::int64_t>(left.tokens(), 0), 0, 0, 0};  // only the sum has a cap
  return left;
}

}  // namespace

std::int64_t Amount::tokens() const {
  return saturated_sum(usage.prompt_tokens, usage.completion_tokens);
}

Amount& Amount::operator+=(const Amount& other) {
  calls = plus(calls, other.calls, 1);
  usage = plus(usage, other.usage, 1);
  cost = plus(cost, other.cost, 1);
  return *this;
}

Amount& Amount::operator-=(const Amount& other) {
  calls = plus(calls, other.calls, -1);
  usage = plus(usage, other.usage, -1);
  cost = plus(cost, other.cost, -1);
  return *this;
}

Amount Spending::charged() const {
  Amount sum = needed;
  return sum += asked_again;
}

Spending& Spending::operator+=(const Spending& other) {
  needed += other.needed;
  asked_again += other.asked_again;
  lost += other.lost;
  unused += other.unused;
  paid += other.paid;
  calls_cached += other.calls_cached;
  is_priced = is_priced && other.is_priced;
  return *this;
}

Budget::Budget(Caps caps, const Clock& clock) : caps_(caps), clock_(clock), start_(clock.now()) {
  check(caps_);
}

void Budget::keep_aside(const std::string& role, const Amount& amount) {
  const std::lock_guard lock(mutex_);
  accounts_[role].aside = amount;
}

void Budget::bring_forward(const std::string& role,
                           const Amount& asked_again,
                           const Amount& lost,
                           const Amount& unused) {
  const std::lock_guard lock(mutex_);
  accounts_[role].spending.asked_again += asked_again;
  accounts_[role].spending.lost += lost;
  accounts_[role].spending.unused += unused;
}

void Budget::set_bound(const Amount& most) {
  const std::lock_guard lock(mutex_);
  bound_ = committed();
  *bound_ += most;
}

bool Budget::has_room_for(const Amount& amount) const {
  const std::lock_guard lock(mutex_);
  Amount wanted = committed();
  wanted += amount;
  return !over_cap(wanted);
}

bool Budget::is_counted(const Sha256& key) const {
  const std::lock_guard lock(mutex_);
  return counted_.contains(key);
}

void Budget::mark_counted(const Sha256& key) {
  const std::lock_guard lock(mutex_);
  counted_.insert(key);
}

Budget::Verdict Budget::reserve(const std::string& role, const Amount& bound, Source source) {
  const std::optional<Milliseconds> left =
      source == Source::to_be_asked ? time_left() : std::nullopt;
  if (left && left->count() <= 0) return {Grant::refused, out_of_time()};
  const std::lock_guard lock(mutex_);
  Amount wanted = committed(role);
  wanted += bound;
  Amount most = committed();
  most += bound;
  std::optional<Error> error = over_cap(wanted);
  if (!error) error = over_bound(most);
  if (error && source != Source::of_the_run) {
    if (in_flight_ > 0) return {Grant::later, {}};
    return {Grant::refused, std::move(*error)};
  }
  accounts_[role].reserved += bound;
  ++in_flight_;
  return {};
}

void Budget::watch(std::function<void()> watcher) { watcher_ = std::move(watcher); }

void Budget::settle(const std::string& role, const Amount& bound, const Settlement& settlement) {
  std::unique_lock lock(mutex_);
  Account& account = accounts_[role];
  Spending& spending = account.spending;
  spending.is_priced = spending.is_priced && settlement.is_priced;
  (settlement.asked_again ? spending.asked_again : spending.needed) += settlement.actual;
  if (settlement.paid) {
    spending.paid += settlement.actual;
  } else {
    spending.calls_cached += settlement.actual.calls;
  }
  if (settlement.was_unused) spending.unused = minus_clamped(spending.unused, settlement.actual);
  account.reserved -= bound;
  --in_flight_;
  ++settlements_;
  settled_.notify_all();
  lock.unlock();
  if (watcher_) watcher_();
}

void Budget::release(const std::string& role, const Amount& bound) {
  const std::lock_guard lock(mutex_);
  accounts_[role].reserved -= bound;
  --in_flight_;
  ++settlements_;
  settled_.notify_all();
}

void Budget::wait_for_settlement(Milliseconds longest) {
  std::unique_lock lock(mutex_);
  const std::uint64_t seen = settlements_;
  settled_.wait_for(lock, longest, [&] { return settlements_ != seen || in_flight_ == 0; });
}

Amount Budget::committed(const std::string& role) const {
  Amount sum;
  for (const auto& [name, account] : accounts_) {
    Amount spent = account.spending.charged();
    spent += account.reserved;
    sum += spent;
    sum += account.spending.lost;
    sum += account.spending.unused;
    spent += account.spending.unused;
    if (name != role) sum += rest(account.aside, spent);
  }
  return sum;
}

Amount Budget::committed() const {
  Amount sum;
  for (const auto& [name, account] : accounts_) {
    sum += account.spending.charged();
    sum += account.spending.lost;
    sum += account.spending.unused;
    sum += account.reserved;
  }
  return sum;
}

std::optional<Error> Budget::over_bound(const Amount& amount) const {
  if (!bound_) return std::nullopt;
  if (amount.calls <= bound_->calls && amount.cost <= bound_->cost &&
      amount.usage.prompt_tokens <= bound_->usage.prompt_tokens &&
      amount.usage.completion_tokens <= bound_->usage.completion_tokens)
    return std::nullopt;
  return Error{ErrorKind::incomplete,
               fmt::format("So many replies were charged and unusable (empty, broken off, "
                           "unreadable) that the run has come to the bound of its dry run, {} "
                           "calls. What was paid for is kept; see what the endpoint answers, then "
                           "resume.",
                           bound_->calls)};
}

std::optional<Error> Budget::over_cap(const Amount& amount) const {
  if (caps_.calls && amount.calls > *caps_.calls) {
    return over(fmt::format("calls = {}", *caps_.calls), "call");
  }
  if (caps_.tokens && amount.tokens() > *caps_.tokens) {
    return over(fmt::format("tokens = {}", *caps_.tokens), "call's longest request and reply");
  }
  if (caps_.usd && amount.usd() > *caps_.usd) {
    return over(fmt::format("usd = {}", *caps_.usd), "call's dearest request and reply");
  }
  return std::nullopt;
}

std::optional<Milliseconds> Budget::time_left() const {
  if (!caps_.seconds) return std::nullopt;
  const std::chrono::duration<double> passed = clock_.now() - start_;
  return Milliseconds(std::llround((*caps_.seconds - passed.count()) * 1e3));
}

Error Budget::out_of_time() const {
  return over(fmt::format("seconds = {}", caps_.seconds.value_or(0)), "call");
}

std::map<std::string, Spending> Budget::by_role() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Spending> spending;
  for (const auto& [role, account] : accounts_) spending[role] = account.spending;
  return spending;
}

Spending Budget::total() const {
  Spending sum;
  for (const auto& [role, spending] : by_role()) sum += spending;
  return sum;
}

}  // namespace zopo::llm
