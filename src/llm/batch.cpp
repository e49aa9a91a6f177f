// Sends the calls of one run() and settles what they cost. Called by exchange.cpp; claims are made
// in batch_claims.cpp, replies taken in batch_replies.cpp.

#include "llm/batch.h"

#include <algorithm>
#include <utility>

#include "zopo/base/log.h"

namespace zopo::llm {

namespace {

constexpr Milliseconds kLookAround{100};  // how often an interruption is looked for
constexpr std::size_t kMostSuspects = 3;

double most_tokens_of(const Amount& bound) { return static_cast<double>(bound.tokens()); }

store::Cost cost_of(const Amount& amount) {
  const Usage& usage = amount.usage;
  return {amount.calls,        usage.prompt_tokens,    usage.completion_tokens,
          usage.cached_tokens, usage.reasoning_tokens, amount.cost};
}

}  // namespace

Batch::Batch(Exchange& exchange, std::span<Call* const> calls)
    : exchange_(exchange),
      claims_(exchange.claims_, exchange.clock_),
      outbox_(exchange.pace_, exchange.clock_) {
  for (Call* const call : calls) {
    pass_.push_back(items_.size());
    items_.push_back({.call = call});
  }
}

void Batch::run() {
  while (true) {
    admit();
    look_at_what_others_ask();
    claim();
    look_at_suspects();
    send_what_may_go();
    if (stopped_) fail_the_rest();
    if (is_done()) break;
    wait();
  }
  claims_.flush();
}

// Takes in what order, budget and concurrency allow.
void Batch::admit() {
  look_for_interruption();
  if (!may_admit()) return;
  exchange_.archive_.read_together([this] {
    while (may_admit()) {
      const std::size_t index = pass_.front();
      pass_.pop_front();
      if (admit_one(index)) continue;
      pass_.push_front(index);
      break;
    }
  });
}

bool Batch::may_admit() { return !stopped_ && has_room() && next_pass_if_over(); }

// An answer keeps its place until it is on the disk: when the process is killed, no more than the
// concurrency is lost and asked for again.
bool Batch::has_room() const {
  const auto most = static_cast<std::size_t>(std::max(1, exchange_.settings_.concurrency));
  // A few are asked for beside those of which it cannot be told yet whom their refusal meets.
  const std::size_t unclear = suspects_.size() < kMostSuspects ? suspects_.size() : 0;
  return in_flight_ - unclear + committing_ < most;
}

// False when there is nothing to admit now.
bool Batch::next_pass_if_over() {
  if (!pass_.empty()) return true;
  if (in_flight_ > 0 || committing_ > 0 || again_.empty()) return false;
  std::sort(again_.begin(), again_.end());
  pass_.assign(again_.begin(), again_.end());
  again_.clear();
  return true;
}

// False when it has to wait for others to be settled.
bool Batch::admit_one(std::size_t index) {
  Item& item = items_[index];
  look_up(item);
  if (item.stored && item.stored->empty()) {  // it is in the account already
    exchange_.breaker_.close();
    commit(index);
    return true;
  }
  if (!item.stored && waits_for_twin(index)) return true;
  const Budget::Verdict verdict =
      exchange_.budget_.reserve(item.call->role(), item.bound, source_of(item));
  if (verdict.grant == Budget::Grant::later) return false;
  if (verdict.grant == Budget::Grant::refused) {
    count_those_of_the_run();
    stop(verdict.error);
    return false;
  }
  item.reserved = true;
  if (item.stored) {
    use_stored(index);
  } else if (exchange_.settings_.offline) {
    exchange_.budget_.release(item.call->role(), item.bound);
    item.reserved = false;
    stop({ErrorKind::offline, "The run is offline and " + item.call->name() +
                                  " is not stored. Run without --offline to ask for it."});
    return false;
  } else {
    ++in_flight_;
    if (claims_.is_on() && !item.claimed)
      claims_.add(index);
    else
      note(index);
  }
  return true;
}

Budget::Source Batch::source_of(const Item& item) {
  if (!item.stored) return Budget::Source::to_be_asked;
  return item.call->is_in_run() ? Budget::Source::of_the_run : Budget::Source::stored;
}

void Batch::look_up(Item& item) const {
  if (item.looked_up) return;
  item.stored = item.call->find_stored(exchange_.budget_);
  item.bound = item.call->bound();
  item.looked_up = true;
}

// The same request twice is sent once: the second finds the answer of the first.
bool Batch::waits_for_twin(std::size_t index) {
  Item& item = items_[index];
  if (item.leads) return false;
  const Sha256 key = item.call->key();
  const auto [asking, is_first] = asking_.try_emplace(key);
  if (is_first) {
    item.leads = key;
  } else {
    asking->second.push_back(index);
  }
  return !is_first;
}

void Batch::release_twins(Item& item) {
  if (!item.leads) return;
  const auto waiting = asking_.extract(*item.leads);
  item.leads.reset();
  if (!waiting) return;
  for (auto twin = waiting.mapped().rbegin(); twin != waiting.mapped().rend(); ++twin) {
    items_[*twin].looked_up = false;
    pass_.push_front(*twin);
  }
}

// Goes through the stored sendings one by one, as the run that paid for them did.
void Batch::use_stored(std::size_t index) {
  Item& item = items_[index];
  exchange_.breaker_.close();
  const bool last = item.replayed + 1 == item.stored->size();
  const Amount took = actual(item, (*item.stored)[item.replayed]);
  item.total += took;
  settle(item, took, !last, false);
  if (last) {
    mark_counted(item);
    return commit(index);
  }
  ++item.replayed;
  again_.push_back(index);
}

// The run that was refused here before had answers to some of what follows: they were on the wire.
// They are in its account again, so that it comes to the same sum.
void Batch::count_those_of_the_run() {
  std::vector<std::size_t> waiting(pass_.begin(), pass_.end());
  waiting.insert(waiting.end(), again_.begin(), again_.end());
  for (const std::size_t index : waiting) {
    Item& item = items_[index];
    look_up(item);
    if (!item.stored || source_of(item) != Budget::Source::of_the_run) continue;
    for (; item.replayed < item.stored->size(); ++item.replayed) {
      exchange_.budget_.reserve(item.call->role(), item.bound, Budget::Source::of_the_run);
      const bool is_last = item.replayed + 1 == item.stored->size();
      settle(item, actual(item, (*item.stored)[item.replayed]), !is_last, false);
      if (is_last) mark_counted(item);
    }
  }
}

// Before anything leaves, the run's store knows of it.
void Batch::note(std::size_t index) {
  Item& item = items_[index];
  if (item.row || !exchange_.archive_.has_ledger()) return put_out(index);
  ++noting_;
  exchange_.archive_.begin(
      {item.call->key(), item.call->role(), store::Sending::State::open, cost_of(item.bound)},
      [mailbox = mailbox_, index](std::string error, std::int64_t row) {
        mailbox->post(Noted{index, std::move(error), row});
      });
}

void Batch::noted(const Noted& noted) {
  --noting_;
  items_[noted.index].row = noted.row;
  if (!noted.error.empty()) stop({ErrorKind::data, "A request could not be noted: " + noted.error});
  if (stopped_) return give_up(noted.index, *stopped_);
  put_out(noted.index);
}

void Batch::put_out(std::size_t index) {
  const Item& item = items_[index];
  const auto wait = std::chrono::ceil<Milliseconds>(item.not_before - exchange_.clock_.now());
  if (item.not_before != TimePoint{} && wait > Milliseconds(0))
    outbox_.add_after(wait, index, most_tokens_of(item.bound));
  else
    outbox_.add(index, most_tokens_of(item.bound));
}

void Batch::send_what_may_go() {
  while (!stopped_) {
    const std::optional<std::size_t> index = outbox_.next();
    if (!index) break;
    items_[*index].on_wire = true;
    exchange_.transport_.send(items_[*index].call->request(),
                              [mailbox = mailbox_, index = *index](http::Reply result) {
                                mailbox->post(Received{index, std::move(result)});
                              });
  }
  const std::optional<Milliseconds> left = exchange_.budget_.time_left();
  const std::optional<Milliseconds> patience = outbox_.until_next();
  if (!stopped_ && left && patience && *patience >= *left) stop(exchange_.budget_.out_of_time());
}

void Batch::wait() {
  claims_.renew();
  std::optional<Milliseconds> patience = outbox_.until_next();
  if (const auto due = claims_.until_due()) patience = std::min(patience.value_or(*due), *due);
  Milliseconds longest = std::min(patience.value_or(kLookAround), kLookAround);
  if (!outbox_.is_anything_out() && committing_ == 0 && noting_ == 0) {
    if (patience) return exchange_.clock_.sleep_for(longest);
    return exchange_.budget_.wait_for_settlement(kLookAround);
  }
  const Milliseconds left = exchange_.budget_.time_left().value_or(longest);
  longest = std::clamp(left, Milliseconds(0), longest);
  mailbox_->take(longest, events_);
  for (Event& event : events_) {
    if (auto* const received = std::get_if<Received>(&event)) {
      receive(*received);
    } else if (auto* const row = std::get_if<Noted>(&event)) {
      noted(*row);
    } else {
      finish(std::get<Committed>(event));
    }
  }
  events_.clear();
  look_at_the_clock();
  look_for_interruption();
}

void Batch::commit(std::size_t index) {
  Item& item = items_[index];
  const std::vector<Record> records = item.call->records();
  if (records.empty()) {
    end_claim(item);
    return release_twins(item);
  }
  ++committing_;
  item.uncommitted = records.size();
  store::Receipt receipt;
  for (const Row& row : std::exchange(item.rows, {})) receipt.sendings.push_back(row.id);
  receipt.role = item.call->role();
  receipt.cost = cost_of(item.total);
  if (item.claimed && exchange_.archive_.ends_claims() && !records.back().of_run_only) {
    item.claimed = false;
    const Amount paid = std::exchange(item.paid, {});
    receipt.claim_owner = claims_.owner();
    receipt.claim_spent = {paid.calls, paid.tokens(), paid.cost};
  }
  exchange_.archive_.keep_together([&] {
    for (const Record& record : records) {
      exchange_.archive_.keep(record, &record == &records.back() ? receipt : store::Receipt{},
                              [mailbox = mailbox_, index](std::string error) {
                                mailbox->post(Committed{index, std::move(error)});
                              });
    }
  });
}

void Batch::finish(const Committed& committed) {
  Item& item = items_[committed.index];
  if (--item.uncommitted == 0) {
    --committing_;
    end_claim(item);
    release_twins(item);
  }
  if (committed.error.empty()) return;
  stop({ErrorKind::data, "An answer could not be stored: " + committed.error});
  fail(committed.index, *stopped_);
}

// Without an answer.
void Batch::give_up(std::size_t index, const Error& error) {
  Item& item = items_[index];
  --in_flight_;
  end_claim(item);
  if (std::exchange(item.reserved, false)) exchange_.budget_.release(item.call->role(), item.bound);
  if (item.row) exchange_.archive_.end(*std::exchange(item.row, std::nullopt), std::nullopt);
  fail(index, error);
  release_twins(item);
}

void Batch::fail(std::size_t index, const Error& error) {
  items_[index].call->fail({error.kind, redacted(error.message)});
}

void Batch::fail_the_rest() {
  for (const std::size_t index : outbox_.clear()) give_up(index, *stopped_);
  for (const std::size_t index : claims_.clear()) give_up(index, *stopped_);
  for (const auto& [key, twins] : std::exchange(asking_, {})) {
    for (const std::size_t index : twins) fail(index, *stopped_);
  }
  for (const std::size_t index : pass_) fail(index, *stopped_);
  for (const std::size_t index : again_) fail(index, *stopped_);
  pass_.clear();
  again_.clear();
}

bool Batch::is_done() const {
  return pass_.empty() && again_.empty() && in_flight_ == 0 && committing_ == 0;
}

void Batch::settle(Item& item, const Amount& took, bool asked_again, bool paid) {
  item.reserved = false;
  exchange_.budget_.settle(item.call->role(), item.bound,
                           {.actual = took,
                            .asked_again = asked_again,
                            .paid = paid,
                            .was_unused = source_of(item) == Budget::Source::of_the_run,
                            .is_priced = item.call->is_priced()});
}

void Batch::mark_counted(const Item& item) {
  for (const Sha256& key : item.call->keys()) exchange_.budget_.mark_counted(key);
}

// It brought no answer. is_carried: the record of the answer is going to have its cost.
void Batch::spend_row(Item& item, const Amount& took, bool is_carried) {
  if (!item.row) return;
  const std::int64_t row = *std::exchange(item.row, std::nullopt);
  store::Sending was;
  was.state = store::Sending::State::spent;
  was.cost = cost_of(took);
  exchange_.archive_.end(row, was);
  if (is_carried) item.rows.push_back({row, took});
}

// The answer is not stored: whoever goes on asks for it, and pays for it, again.

}  // namespace zopo::llm
