#pragma once
// How long to go on.

#include <optional>
#include <string>

#include "zopo/base/clock.h"
#include "zopo/http/backoff.h"
#include "zopo/http/transport.h"

namespace zopo::http {

struct RetryOptions {
  // Tries of one request, the first included. With the default waits these are about half a minute
  // of outage on average.
  int max_attempts = 8;
  // A server that asks for more is not waited for.
  Milliseconds max_wait{60'000};
  BackoffOptions backoff = {};
};

// 408, 409, 425, 429 and 5xx; but 501 and 505, which say that it will never work.
bool is_retryable(int status);

// What to do after a failure.
struct RetryDecision {
  std::optional<Milliseconds> wait;  // try again after this; nothing: give up
  Error error;                       // why, when giving up
  bool meets_all = false;            // when giving up: others would be told the same
};

// Thread-safe.
class RetryPolicy {
 public:
  // clock outlives the policy.
  RetryPolicy(RetryOptions options, Rng rng, const Clock& clock);

  // failed: why the attempt (counted from 0) failed, transient errors being of kind network.
  // response: what came, if anything did. Gives up on errors of other kinds, after the last
  // attempt, and at once when the server asks for more than max_wait; then the error says how long.
  RetryDecision after(int attempt, const Error& failed, const Response* response);

 private:
  RetryOptions options_;
  Backoff backoff_;
  const Clock& clock_;
};

}  // namespace zopo::http
