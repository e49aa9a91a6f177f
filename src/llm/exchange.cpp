#include "llm/exchange.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>
#include <variant>

#include "llm/claim_queue.h"
#include "llm/mailbox.h"
#include "zopo/base/log.h"
#include "zopo/base/random.h"

namespace zopo::llm {

namespace {

constexpr Milliseconds kLookAround{100};  // how often an interruption is looked for
constexpr std::size_t kMostSuspects = 3;

struct Received {
  std::size_t index;
  Result<http::Response> result;
};
struct Committed {
  std::size_t index;
  std::string error;
};
using Event = std::variant<Received, Committed>;

// 529 is how some endpoints say that they are overloaded.
bool is_throttled(int status) { return status == 429 || status == 529; }

}  // namespace

// One Exchange::run().
class Batch {
 public:
  Batch(Exchange& exchange, std::span<Call* const> calls)
      : exchange_(exchange),
        claims_(exchange.claims_, exchange.clock_),
        outbox_(exchange.pace_, exchange.clock_) {
    for (Call* const call : calls) {
      pass_.push_back(items_.size());
      items_.push_back({.call = call});
    }
  }

  void run() {
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

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Item {
    Call* call = nullptr;
    Amount bound = {};
    int attempt = 0;              // failures in a row of this sending
    int asked_again = 0;          // empty replies so far
    TimePoint first_failed = {};  // of these failures
    bool looked_up = false;
    std::size_t uncommitted = 0;  // records on their way to the disk
    bool claimed = false;
    Amount paid = {};  // under the claim
    std::optional<std::vector<Usage>> stored = {};
  };

  // Takes in what order, budget and concurrency allow.
  void admit() {
    look_for_interruption();
    if (!may_admit()) return;
    exchange_.archive_.read_together([this] {
      while (may_admit() && admit_one(pass_.front())) pass_.pop_front();
    });
  }

  bool may_admit() { return !stopped_ && has_room() && next_pass_if_over(); }

  // An answer keeps its place until it is on the disk: when the process is killed, no more than
  // the concurrency is lost and asked for again.
  bool has_room() const {
    const auto most = static_cast<std::size_t>(std::max(1, exchange_.settings_.concurrency));
    // A few are asked for beside those of which it cannot be told yet whom their refusal meets.
    const std::size_t unclear = suspects_.size() < kMostSuspects ? suspects_.size() : 0;
    return in_flight_ - unclear + committing_ < most;
  }

  // Empty replies are asked for again in a pass of their own, which begins when every call of the
  // pass before is settled: the order of reservations must not depend on when replies come.
  // False when there is nothing to admit now.
  bool next_pass_if_over() {
    if (!pass_.empty()) return true;
    if (in_flight_ > 0 || again_.empty()) return false;
    std::sort(again_.begin(), again_.end());
    pass_.assign(again_.begin(), again_.end());
    again_.clear();
    return true;
  }

  // False when it has to wait for others to be settled.
  bool admit_one(std::size_t index) {
    Item& item = items_[index];
    look_up(item);
    const Budget::Verdict verdict =
        exchange_.budget_.reserve(item.call->role(), item.bound, item.stored.has_value());
    if (verdict.grant == Budget::Grant::later) return false;
    if (verdict.grant == Budget::Grant::refused) {
      stop(verdict.error);
      return false;
    }
    if (item.stored) {
      use_stored(index);
    } else if (exchange_.settings_.offline) {
      exchange_.budget_.release(item.call->role(), item.bound);
      stop({ErrorKind::offline, "The run is offline and " + item.call->name() +
                                    " is not stored. Run without --offline to ask for it."});
      return false;
    } else {
      ++in_flight_;
      if (claims_.is_on() && !item.claimed)
        claims_.add(index);
      else
        outbox_.add(index, most_tokens(item));
    }
    return true;
  }

  // What others may be asking for at the same time goes out only once it is claimed.
  void claim() {
    if (stopped_) return;
    const std::optional<Error> error = claims_.claim(
        [this](std::size_t index) -> store::Claims::Wanted {
          const Item& item = items_[index];
          return {item.call->key(), item.bound.tokens(), item.bound.cost};
        },
        [this](std::size_t index) {
          items_[index].claimed = true;
          outbox_.add(index, most_tokens(items_[index]));
        });
    if (error) stop(*error);
  }

  void look_at_what_others_ask() {
    if (stopped_) return;
    for (const std::size_t index : claims_.take_due()) {
      Item& item = items_[index];
      item.stored = item.call->find_stored();
      if (!item.stored) {
        claims_.add(index);
        continue;
      }
      --in_flight_;
      use_stored(index);
    }
  }

  // The claim ends when the answer is in the store, or when there will be none.
  void end_claim(Item& item) {
    if (!item.claimed) return;
    item.claimed = false;
    const Amount paid = std::exchange(item.paid, {});
    claims_.settle(item.call->key(), {paid.calls, paid.tokens(), paid.cost});
  }

  static void look_up(Item& item) {
    if (item.looked_up) return;
    item.stored = item.call->find_stored();
    item.bound = item.call->bound();
    item.looked_up = true;
  }

  static double most_tokens(const Item& item) { return static_cast<double>(item.bound.tokens()); }

  // Goes through the stored sendings one by one, as the run that paid for them did.
  void use_stored(std::size_t index) {
    Item& item = items_[index];
    exchange_.breaker_.close();
    const auto sending = static_cast<std::size_t>(item.asked_again);
    const bool last = sending + 1 == item.stored->size();
    settle(item, actual(item, (*item.stored)[sending]), !last, false);
    if (last) return commit(index);
    ++item.asked_again;
    again_.push_back(index);
  }

  void send_what_may_go() {
    while (!stopped_) {
      const std::optional<std::size_t> index = outbox_.next();
      if (!index) break;
      exchange_.transport_.send(
          items_[*index].call->request(),
          [mailbox = mailbox_, index = *index](Result<http::Response> result) {
            mailbox->post(Received{index, std::move(result)});
          });
    }
    const std::optional<Milliseconds> left = exchange_.budget_.time_left();
    const std::optional<Milliseconds> patience = outbox_.until_next();
    if (!stopped_ && left && patience && *patience >= *left) stop(exchange_.budget_.out_of_time());
  }

  void wait() {
    claims_.renew();
    std::optional<Milliseconds> patience = outbox_.until_next();
    if (const auto due = claims_.until_due()) patience = std::min(patience.value_or(*due), *due);
    const Milliseconds longest = std::min(patience.value_or(kLookAround), kLookAround);
    if (!outbox_.is_anything_out() && committing_ == 0) {
      if (patience) return exchange_.clock_.sleep_for(longest);
      return exchange_.budget_.wait_for_settlement(kLookAround);
    }
    for (Event& event : mailbox_->take(longest)) {
      if (auto* received = std::get_if<Received>(&event)) {
        receive(*received);
      } else {
        finish(std::get<Committed>(event));
      }
    }
  }

  void receive(const Received& received) {
    Item& item = items_[received.index];
    const http::Response* const response = received.result ? &*received.result : nullptr;
    const Outcome outcome =
        response ? item.call->receive(*response) : failure_of_transport(received.result.error());
    const bool changed = outcome.kind == Outcome::Kind::changed;
    const bool failed = changed || outcome.kind == Outcome::Kind::failed;
    const Amount took = failed ? Amount{} : actual(item, outcome.usage);
    outbox_.came_back(received.index, {.answered = !failed,
                                       .throttled = response && is_throttled(response->status),
                                       .tokens = static_cast<double>(took.tokens())});
    if (changed && !stopped_) return outbox_.add(received.index, most_tokens(item));
    if (failed) return retry(received.index, outcome, response);
    exchange_.breaker_.close();
    last_success_ = exchange_.clock_.now();
    --in_flight_;
    item.attempt = 0;
    const bool again =
        outcome.kind == Outcome::Kind::empty && item.asked_again < exchange_.ask_again_;
    settle(item, took, again, true);
    item.paid += took;
    if (!again) return commit(received.index);
    // Until all others are settled: two who wait for each other would wait for ever.
    end_claim(item);
    ++item.asked_again;
    again_.push_back(received.index);
  }

  static Outcome failure_of_transport(const Error& error) {
    return {.usage = {}, .error = error, .meets_all = error.kind != ErrorKind::network};
  }

  void retry(std::size_t index, const Outcome& outcome, const http::Response* response) {
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
    if (decision.wait) {
      ++item.attempt;
      log_debug("{} Trying again in {} ms.", outcome.error.message, decision.wait->count());
      return outbox_.add_after(*decision.wait, index, most_tokens(item));
    }
    // Used-up patience, unless others got through meanwhile.
    const bool is_down =
        outcome.error.kind == ErrorKind::network && last_success_ < item.first_failed;
    // A 403 may be for a wrong key, or for what this request says: the other replies tell.
    if (outcome.meets_all && outcome.unless_answered && !exchange_.breaker_.has_answered())
      return suspects_.push_back({index, decision, outcome, *response});
    conclude(index, decision, outcome, response, is_down);
  }

  void conclude(std::size_t index,
                const http::RetryDecision& decision,
                const Outcome& outcome,
                const http::Response* response,
                bool is_down) {
    const auto verdict = exchange_.breaker_.judge(decision, outcome, response, is_down);
    if (verdict.meets_all) stop(verdict.error);
    give_up(index, verdict.error);
  }

  // They wait until somebody has an answer, or until nobody is left who might.
  void look_at_suspects() {
    if (suspects_.empty()) return;
    if (!stopped_ && !exchange_.breaker_.has_answered() && in_flight_ > suspects_.size()) return;
    for (const Suspect& one : std::exchange(suspects_, {}))
      conclude(one.index, one.decision, one.outcome, &one.response, false);
  }

  void give_up(std::size_t index, const Error& error) {
    --in_flight_;
    end_claim(items_[index]);
    exchange_.budget_.release(items_[index].call->role(), items_[index].bound);
    fail(index, error);
  }

  void commit(std::size_t index) {
    const std::vector<Record> records = items_[index].call->records();
    if (records.empty()) return end_claim(items_[index]);
    ++committing_;
    items_[index].uncommitted = records.size();
    for (const Record& record : records) {
      exchange_.archive_.keep(record, [mailbox = mailbox_, index](std::string error) {
        mailbox->post(Committed{index, std::move(error)});
      });
    }
  }

  void finish(const Committed& committed) {
    if (--items_[committed.index].uncommitted == 0) {
      --committing_;
      end_claim(items_[committed.index]);
    }
    if (committed.error.empty()) return;
    stop({ErrorKind::data, "An answer could not be stored: " + committed.error});
    fail(committed.index, *stopped_);
  }

  static Amount actual(const Item& item, const Usage& usage) {
    // A server that does not count tokens must not make the caps ineffective.
    if (usage == Usage{}) return item.bound;
    return {.calls = 1, .usage = usage, .cost = item.call->cost(usage)};
  }

  void settle(const Item& item, const Amount& took, bool asked_again, bool paid) {
    exchange_.budget_.settle(item.call->role(), item.bound,
                             {.actual = took, .asked_again = asked_again, .paid = paid});
  }

  void look_for_interruption() {
    const std::atomic<bool>* const interrupted = exchange_.settings_.interrupted;
    if (!stopped_ && interrupted && interrupted->load()) {
      stop({ErrorKind::interrupted, "The run was interrupted. Resume it to go on."});
    }
  }

  // From here on nothing more is sent; what is on the wire is awaited.
  void stop(const Error& error) {
    if (!stopped_) stopped_ = error;
  }

  void fail_the_rest() {
    for (const std::size_t index : pass_) fail(index, *stopped_);
    for (const std::size_t index : again_) fail(index, *stopped_);
    for (const std::size_t index : claims_.clear()) give_up(index, *stopped_);
    pass_.clear();
    again_.clear();
    for (const std::size_t index : outbox_.clear()) give_up(index, *stopped_);
  }

  void fail(std::size_t index, const Error& error) {
    items_[index].call->fail({error.kind, redacted(error.message)});
  }

  bool is_done() const {
    return pass_.empty() && again_.empty() && in_flight_ == 0 && committing_ == 0;
  }

  Exchange& exchange_;
  // Shared with the callbacks, which may outlive the batch by the length of their last line.
  std::shared_ptr<Mailbox<Event>> mailbox_ = std::make_shared<Mailbox<Event>>();
  std::vector<Item> items_;
  std::deque<std::size_t> pass_;    // not yet admitted, in order
  std::vector<std::size_t> again_;  // for the next pass
  ClaimQueue claims_;               // what is admitted and not yet granted
  Outbox outbox_;
  std::size_t in_flight_ = 0;   // admitted and not settled: in the outbox or on the wire
  std::size_t committing_ = 0;  // calls with records that are not on the disk yet
  TimePoint last_success_ = TimePoint::min();
  std::optional<Error> stopped_;
  // Refused, and whether others would be cannot be told yet. They count as in flight.
  struct Suspect {
    std::size_t index;
    http::RetryDecision decision;
    Outcome outcome;
    http::Response response;
  };
  std::vector<Suspect> suspects_;
};

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
