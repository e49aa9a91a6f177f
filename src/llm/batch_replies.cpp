// What comes back, and when it is no longer waited for.

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "llm/batch.h"
#include "zopo/base/log.h"

namespace zopo::llm {

namespace {

// 529 is how some endpoints say that they are overloaded.
bool is_throttled(int status) { return status == 429 || status == 529; }

CallOutcome failure_of_transport(const http::Reply& reply) {
  const Error& error = reply.error();
  return {.usage = {},
          .error = error,
          .meets_all = error.kind != ErrorKind::network,
          .is_free = reply.unsent};
}

bool is_answer(const CallOutcome& outcome) {
  return outcome.kind == CallOutcome::Kind::answered || outcome.kind == CallOutcome::Kind::empty;
}

}  // namespace

void Batch::receive(const Received& received) {
  Item& item = items_[received.index];
  if (!std::exchange(item.on_wire, false)) return;  // cut off meanwhile
  const http::Response* const response = received.result ? &*received.result : nullptr;
  const CallOutcome outcome =
      response ? item.call->receive(*response) : failure_of_transport(received.result);
  const Amount took = charge(item, outcome);
  outbox_.came_back(received.index, {.answered = is_answer(outcome),
                                     .throttled = response && is_throttled(response->status),
                                     .tokens = static_cast<double>(took.tokens())});
  if (!is_answer(outcome)) return receive_failure(received.index, outcome, took, response);
  exchange_.breaker_.close();
  last_success_ = exchange_.clock_.now();
  exchange_.given_up_in_a_row_ = 0;
  charges_in_a_row_ = 0;
  --in_flight_;
  item.attempt = 0;
  const bool again =
      outcome.kind == CallOutcome::Kind::empty && item.asked_again < exchange_.ask_again_;
  settle(item, took, again, true);
  item.paid += took;
  item.total += took;
  if (!again) {
    mark_counted(item);
    if (item.row) item.rows.push_back({*std::exchange(item.row, std::nullopt), took});
    return commit(received.index);
  }
  spend_row(item, took, true);
  // Until all others are settled: two who wait for each other would wait for ever.
  end_claim(item);
  ++item.asked_again;
  item.not_before = {};
  again_.push_back(received.index);
}

// What a sending cost: a server that does not count tokens must not make the caps ineffective, nor
// one that charges for what it does not deliver.
Amount Batch::charge(const Item& item, const CallOutcome& outcome) {
  if (!is_answer(outcome) && outcome.usage == Usage{} && outcome.is_free) return {};
  return actual(item, outcome.usage);
}

Amount Batch::actual(const Item& item, const Usage& usage) {
  if (usage == Usage{}) return item.bound;
  return {.calls = 1, .usage = usage, .cost = item.call->cost(usage)};
}

void Batch::receive_failure(std::size_t index,
                            const CallOutcome& outcome,
                            const Amount& took,
                            const http::Response* response) {
  Item& item = items_[index];
  const bool was_charged = took.calls > 0;
  if (was_charged) {
    settle(item, took, true, true);
    item.paid += took;
    const bool is_carried = item.call->carry(took.usage);
    if (is_carried) item.total += took;
    spend_row(item, took, is_carried);
  }
  if (outcome.kind == CallOutcome::Kind::changed && !stopped_)
    return send_again(index, was_charged, Milliseconds(0));
  retry(index, outcome, was_charged, response);
}

// Once, at the first failure of an endpoint that has not answered yet: who waits wants to know why.
void Batch::tell_of_silence(const Error& error) {
  if (error.kind != ErrorKind::network || exchange_.breaker_.has_answered()) return;
  if (std::exchange(exchange_.told_of_silence_, true)) return;
  log_warn("{} Trying again, up to {} attempts in all.", error.message,
           exchange_.settings_.retry.max_attempts);
}

void Batch::retry(std::size_t index,
                  const CallOutcome& outcome,
                  bool was_charged,
                  const http::Response* response) {
  Item& item = items_[index];
  // The endpoint's trouble is told by what stopped the batch: that says what to do.
  if (stopped_) {
    const bool is_told = outcome.error.kind == ErrorKind::network || outcome.meets_all;
    return give_up(index, is_told ? *stopped_ : outcome.error);
  }
  if (item.attempt == 0) item.first_failed = exchange_.clock_.now();
  std::optional<http::Response> hinted;
  if (outcome.wait) {
    hinted = {429, {{"retry-after-ms", std::to_string(outcome.wait->count())}}, {}};
    response = &*hinted;
  }
  const http::RetryDecision decision =
      exchange_.retry_.after(item.attempt, outcome.error, response);
  const std::optional<Milliseconds> left = exchange_.budget_.time_left();
  if (decision.wait && left && *decision.wait >= *left) {
    stop(exchange_.budget_.out_of_time());
    return give_up(index, *stopped_);
  }
  if (decision.wait && is_down_by_charges(was_charged)) {
    stop({outcome.error.kind, fmt::format("{} Gave up after {} attempts in a row.",
                                          outcome.error.message, charges_in_a_row_)});
    return give_up(index, *stopped_);
  }
  if (decision.wait) {
    ++item.attempt;
    tell_of_silence(outcome.error);
    log_debug("{} Trying again in {} ms.", outcome.error.message, decision.wait->count());
    return send_again(index, was_charged, *decision.wait);
  }
  // Used-up patience, unless others got through meanwhile.
  const bool is_down = outcome.error.kind == ErrorKind::network &&
                       last_success_ < item.first_failed && may_meet_others(response);
  // A 403 may be for a wrong key, or for what this request says: the other replies tell.
  if (outcome.meets_all && outcome.unless_answered && response->status == 403 &&
      !exchange_.breaker_.has_answered())
    return suspects_.push_back({index, decision, outcome, *response});
  conclude(index, decision, outcome, response, is_down);
}

// A server that has answered others and fails at this request, by a reply of its own, may fail at
// it alone; several such requests in a row say that it is down.
bool Batch::may_meet_others(const http::Response* response) {
  constexpr int kEnoughInARow = 64;
  ++exchange_.given_up_in_a_row_;
  if (!response || response->status != 500) return true;
  return !exchange_.breaker_.has_answered() || exchange_.given_up_in_a_row_ >= kEnoughInARow;
}

void Batch::conclude(std::size_t index,
                     const http::RetryDecision& decision,
                     const CallOutcome& outcome,
                     const http::Response* response,
                     bool is_down) {
  const auto verdict = exchange_.breaker_.judge(decision, outcome, response, is_down);
  if (verdict.meets_all) stop(verdict.error);
  give_up(index, verdict.error);
}

// They wait until somebody has an answer, or until nobody is left who might.
void Batch::look_at_suspects() {
  if (suspects_.empty()) return;
  if (!stopped_ && !exchange_.breaker_.has_answered() && in_flight_ > suspects_.size()) return;
  for (const Suspect& one : std::exchange(suspects_, {}))
    conclude(one.index, one.decision, one.outcome, &one.response, false);
}

// Those that were charged wait for the next pass. So that a dead endpoint is not asked for a whole
// pass, as many failures in a row as the calls in flight could come to end it; one that has never
// answered, as soon as those in flight and the attempts of one call have failed.
bool Batch::is_down_by_charges(bool was_charged) {
  if (!was_charged) return false;
  const std::int64_t in_flight = std::max(1, exchange_.settings_.concurrency);
  const std::int64_t attempts = exchange_.settings_.retry.max_attempts;
  const bool has_answered = exchange_.breaker_.has_answered();
  return ++charges_in_a_row_ >= (has_answered ? attempts * in_flight : attempts + in_flight);
}

void Batch::send_again(std::size_t index, bool was_charged, Milliseconds wait) {
  Item& item = items_[index];
  item.not_before = exchange_.clock_.now() + wait;
  if (!was_charged) return put_out(index);
  --in_flight_;
  end_claim(item);
  again_.push_back(index);
}

void Batch::stop(const Error& error) {
  if (!stopped_) stopped_ = error;
}

void Batch::look_for_interruption() {
  const Interruption* const interrupted = exchange_.settings_.interrupted;
  const int urgency = interrupted ? interrupted->load() : 0;
  if (urgency == 0) return;
  const TimePoint now = exchange_.clock_.now();
  if (!exchange_.interrupted_at_) exchange_.interrupted_at_ = now;
  stop({ErrorKind::interrupted, "The run was interrupted. Resume it to go on."});
  if (urgency >= kGiveUp || now - *exchange_.interrupted_at_ >= exchange_.settings_.grace)
    cut_off();
}

void Batch::look_at_the_clock() {
  const std::optional<Milliseconds> left = exchange_.budget_.time_left();
  if (!left || left->count() > 0 || !outbox_.is_anything_out()) return;
  stop(exchange_.budget_.out_of_time());
  cut_off();
}

void Batch::cut_off() {
  for (const std::size_t index : outbox_.take_back()) {
    Item& item = items_[index];
    item.on_wire = false;
    settle(item, item.bound, true, true);
    item.paid += item.bound;
    item.call->carry(item.bound.usage);
    item.row.reset();  // it stands in the ledger as what nobody knows the outcome of
    give_up(index, *stopped_);
  }
}

}  // namespace zopo::llm
