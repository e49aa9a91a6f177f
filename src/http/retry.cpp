// Decides after a failed try whether and when there is another. Called by llm after each one.

#include "zopo/http/retry.h"

#include <fmt/core.h>

namespace zopo::http {

bool is_retryable(int status) {
  if (status == 408 || status == 409 || status == 425 || status == 429) return true;
  return status >= 500 && status != 501 && status != 505;
}

RetryPolicy::RetryPolicy(RetryOptions options, Rng rng, const Clock& clock)
    : options_(options), backoff_(options.backoff, rng), clock_(clock) {}

RetryDecision RetryPolicy::after(int attempt, const Error& failed, const Response* response) {
  if (failed.kind != ErrorKind::network) return {.wait = std::nullopt, .error = failed};
  const std::optional<Milliseconds> asked =
      response ? server_wait(*response, clock_.wall_now()) : std::nullopt;
  if (asked && *asked > options_.max_wait) {
    return {std::nullopt,
            {ErrorKind::network,
             fmt::format("{} The server wants {} s of patience, the most allowed is {} s. Resume "
                         "the run later, or raise llm.max_retry_wait_ms.",
                         failed.message, (asked->count() + 999) / 1000,
                         options_.max_wait.count() / 1000)},
            true};
  }
  if (options_.max_attempts <= 1) return {.wait = std::nullopt, .error = failed};
  if (attempt + 1 >= options_.max_attempts) {
    return {std::nullopt,
            {ErrorKind::network,
             fmt::format("{} Gave up after {} attempts.", failed.message, attempt + 1)}};
  }
  return {.wait = asked.value_or(backoff_.wait(attempt)), .error = {}};
}

}  // namespace zopo::http
