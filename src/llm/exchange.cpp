// Sorts calls into those that are stored and those to be sent. Called by client.cpp and
// embedding_client.cpp.

#include "llm/exchange.h"

#include <utility>

#include "llm/batch.h"
#include "zopo/base/random.h"

namespace zopo::llm {

Exchange::Exchange(EndpointSettings settings,
                   int ask_again,
                   http::Transport& transport,
                   Stores stores,
                   Budget& budget,
                   const Clock& clock)
    : settings_(std::move(settings)),
      ask_again_(ask_again),
      transport_(transport),
      claims_(stores.claims),
      archive_(std::move(stores)),
      budget_(budget),
      clock_(clock),
      retry_(settings_.retry, Rng(settings_.seed, "backoff"), clock),
      pace_{http::Concurrency(settings_.concurrency),
            http::RateLimiter(settings_.rate_limits, clock)},
      breaker_(settings_.most_refusals) {}

void Exchange::run(std::span<Call* const> calls) {
  const std::lock_guard lock(turn_);
  Batch(*this, calls).run();
}

}  // namespace zopo::llm
