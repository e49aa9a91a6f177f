// Tokens x prices, in whole picodollars. Called by the clients to reserve and to settle.

#include "zopo/llm/pricing.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "zopo/base/error.h"
#include "zopo/base/saturating.h"

namespace zopo::llm {
namespace {

// 1 USD per million tokens = 1e-6 USD per token = 1e6 picodollars per token.
Picodollars per_token(double usd_per_million) { return std::llround(usd_per_million * 1e6); }

void check_price(const char* name, double price) {
  if (price >= 0 && price <= 1e6) return;  // at that, 1e6 tokens still fit the integer
  throw Failure(ErrorKind::config,
                fmt::format("The {} price is {}; prices are in USD per million tokens, from 0 to "
                            "1000000.",
                            name, price));
}

}  // namespace

double to_usd(Picodollars amount) { return static_cast<double>(amount) / 1e12; }

void Pricing::check() const {
  check_price("prompt", prompt);
  check_price("completion", completion);
  if (cached) check_price("cached prompt", *cached);
}

Picodollars Pricing::cost(const Usage& usage) const {
  const Picodollars plain =
      saturated_product(usage.prompt_tokens - usage.cached_tokens, per_token(prompt));
  const Picodollars reused =
      saturated_product(usage.cached_tokens, per_token(cached.value_or(prompt)));
  return saturated_sum(saturated_sum(plain, reused),
                       saturated_product(usage.completion_tokens, per_token(completion)));
}

Picodollars Pricing::upper_bound(const Usage& bound) const {
  return saturated_sum(
      saturated_product(bound.prompt_tokens, per_token(std::max(prompt, cached.value_or(prompt)))),
      saturated_product(bound.completion_tokens, per_token(completion)));
}

}  // namespace zopo::llm
