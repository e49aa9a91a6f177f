// Claims calls in the store so that no two processes pay for one. Called by batch.cpp.

#include "llm/claim_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "zopo/llm/endpoint.h"
#include "zopo/llm/pricing.h"

namespace zopo::llm {
namespace {

using store::Claims;
using enum Claims::Verdict;

constexpr Milliseconds kLookAgain{20};

bool is_over(Claims::Verdict verdict) {
  return verdict == over_calls || verdict == over_tokens || verdict == over_cost ||
         verdict == over_seconds;
}

Error over_shared_cap(Claims::Verdict verdict, const Claims::Limits& limits) {
  std::string cap = fmt::format("seconds = {}", limits.seconds.value_or(0));
  if (verdict == over_calls) cap = fmt::format("calls = {}", limits.calls.value_or(0));
  if (verdict == over_tokens) cap = fmt::format("tokens = {}", limits.tokens.value_or(0));
  if (verdict == over_cost) cap = fmt::format("usd = {}", to_usd(limits.cost.value_or(0)));
  return {ErrorKind::budget,
          kSharedCap + cap +
              ", over all who share the store, does not leave room for another call. What was paid "
              "for is kept; raise the cap to go on."};
}

}  // namespace

std::optional<Error> ClaimQueue::claim(const std::function<Claims::Wanted(std::size_t)>& wanted,
                                       const std::function<void(std::size_t)>& granted_to) {
  if (new_.empty()) return std::nullopt;
  const std::vector<std::size_t> calls = std::exchange(new_, {});
  std::vector<Claims::Wanted> all;
  for (const std::size_t call : calls) all.push_back(wanted(call));
  const std::vector<Claims::Verdict> verdicts = claims_->claim(all);
  if (held_.empty()) due_ = clock_.now() + kLookAgain;
  std::optional<Error> error;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (verdicts[i] == granted) {
      granted_to(calls[i]);
      continue;
    }
    held_.push_back(calls[i]);
    if (verdicts[i] == stored) due_ = clock_.now();
    if (is_over(verdicts[i]) && !error) error = over_shared_cap(verdicts[i], claims_->limits());
  }
  return error;
}

std::vector<std::size_t> ClaimQueue::take_due() {
  if (held_.empty() || clock_.now() < due_) return {};
  return std::exchange(held_, {});
}

std::optional<Milliseconds> ClaimQueue::until_due() const {
  if (held_.empty()) return std::nullopt;
  const auto left = std::chrono::ceil<Milliseconds>(due_ - clock_.now());
  return std::max(left, Milliseconds(0));
}

void ClaimQueue::renew() const {
  if (claims_) claims_->renew();
}

void ClaimQueue::flush() const {
  if (claims_) claims_->flush();
}

std::vector<std::size_t> ClaimQueue::clear() {
  std::vector<std::size_t> calls = std::exchange(new_, {});
  calls.insert(calls.end(), held_.begin(), held_.end());
  held_.clear();
  return calls;
}

}  // namespace zopo::llm
