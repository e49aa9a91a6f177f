// Refuses caps that cannot hold for want of a price or a limit. Called by the clients when they
// are made.

#include "llm/limits.h"

#include "zopo/base/error.h"

namespace zopo::llm {

void require_price(const Caps& caps, const std::optional<Pricing>& pricing) {
  if (pricing) return pricing->check();
  if (!caps.usd) return;
  throw Failure(ErrorKind::config,
                "budget.usd needs the price of the model. Give it in the task file, or cap calls "
                "or tokens instead.");
}

void require_no_token_cap(const Caps& caps) {
  if (!caps.tokens && !caps.usd) return;
  throw Failure(ErrorKind::config,
                "budget.tokens and budget.usd need llm.max_tokens: without it a single reply has "
                "no bound. Set llm.max_tokens.");
}

}  // namespace zopo::llm
