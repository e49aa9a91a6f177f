// Decides whether a failure ends the run. Called by batch_replies.cpp for every failure.

#include "llm/circuit_breaker.h"

#include <fmt/core.h>

namespace zopo::llm {

CircuitBreaker::Verdict CircuitBreaker::judge(const http::RetryDecision& decision,
                                              const CallOutcome& outcome,
                                              const http::Response* response,
                                              bool is_down) {
  const bool spared = outcome.unless_answered && has_answered_;
  Verdict verdict{decision.error, decision.meets_all || (outcome.meets_all && !spared) || is_down};
  if (!verdict.meets_all && breaks(outcome, response)) {
    verdict.meets_all = true;
    verdict.error.message += fmt::format(
        " That is {} refusals in a row, as many as llm.circuit_breaker allows. Mend "
        "what the endpoint refuses.",
        most_refusals_);
  }
  if (verdict.meets_all) verdict.error.message += outcome.advice;
  if (!verdict.meets_all) {
    verdict.error.kind = ErrorKind::api;
  } else if (verdict.error.kind == ErrorKind::api) {
    verdict.error.kind = ErrorKind::refused;
  }
  return verdict;
}

bool CircuitBreaker::breaks(const CallOutcome& outcome, const http::Response* response) {
  // What comes with status 200, such as a tool call, is the request's own.
  const bool is_refusal = outcome.error.kind != ErrorKind::network && !outcome.is_own && response &&
                          (response->status < 200 || response->status > 299);
  const bool may_meet_all = !has_answered_ || outcome.unless_answered;
  return is_refusal && may_meet_all && ++refusals_in_a_row_ >= most_refusals_;
}

}  // namespace zopo::llm
