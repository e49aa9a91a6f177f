#include "llm/exchange.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "llm/mailbox.h"
#include "zopo/base/log.h"
#include "zopo/base/random.h"

namespace zopo::llm {

namespace {

constexpr Milliseconds kLookAround{100};  // how often an interruption is looked for

struct Received {
  std::size_t index;
  Result<http::Response> result;
};
struct Committed {
  std::size_t index;
  std::string error;
};
using Event = std::variant<Received, Committed>;

}  // namespace

// One Exchange::run().
class Batch {
 public:
  Batch(Exchange& exchange, std::span<Call* const> calls) : exchange_(exchange) {
    for (Call* const call : calls) {
      pass_.push_back(items_.size());
      items_.push_back({.call = call, .bound = call->bound()});
    }
  }

  void run() {
    while (true) {
      admit();
      if (is_done()) return;
      wait();
    }
  }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Item {
    Call* call = nullptr;
    Amount bound = {};
    int attempt = 0;      // failures in a row of this sending
    int asked_again = 0;  // empty replies so far
    TimePoint first_tried = {};
    bool looked_up = false;
    std::optional<std::vector<Usage>> stored = {};
  };

  // Sends what order, budget and concurrency allow.
  void admit() {
    look_for_interruption();
    while (!stopped_ && has_room() && next_pass_if_over()) {
      if (!admit_one(pass_.front())) break;
      pass_.pop_front();
    }
    if (stopped_) fail_the_rest();
  }

  bool has_room() const {
    const auto most = static_cast<std::size_t>(std::max(1, exchange_.settings_.concurrency));
    return in_flight_ < most && committing_ < most;
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
      item.first_tried = exchange_.clock_.now();
      ++in_flight_;
      send(index);
    }
    return true;
  }

  static void look_up(Item& item) {
    if (item.looked_up) return;
    item.stored = item.call->find_stored();
    item.looked_up = true;
  }

  // Goes through the stored sendings one by one, as the run that paid for them did.
  void use_stored(std::size_t index) {
    Item& item = items_[index];
    const auto sending = static_cast<std::size_t>(item.asked_again);
    const bool last = sending + 1 == item.stored->size();
    settle(item, (*item.stored)[sending], !last, false);
    if (last) return commit(index);
    ++item.asked_again;
    again_.push_back(index);
  }

  void send(std::size_t index) {
    exchange_.transport_.send(items_[index].call->request(),
                              [mailbox = mailbox_, index](Result<http::Response> result) {
                                mailbox->post(Received{index, std::move(result)});
                              });
  }

  void wait() {
    send_what_is_due();
    const std::size_t on_the_wire = in_flight_ - waiting_.size();
    if (on_the_wire == 0 && committing_ == 0) {
      if (waiting_.empty()) return exchange_.budget_.wait_for_settlement(kLookAround);
      return exchange_.clock_.sleep_for(until_due());
    }
    for (Event& event : mailbox_->take(until_due())) {
      if (auto* received = std::get_if<Received>(&event)) {
        receive(*received);
      } else {
        finish(std::get<Committed>(event));
      }
    }
  }

  // At most kLookAround.
  Milliseconds until_due() const {
    if (waiting_.empty()) return kLookAround;
    const auto left =
        std::chrono::ceil<Milliseconds>(waiting_.begin()->first - exchange_.clock_.now());
    return std::clamp(left, Milliseconds(0), kLookAround);
  }

  void send_what_is_due() {
    while (!waiting_.empty() && waiting_.begin()->first <= exchange_.clock_.now()) {
      const std::size_t index = waiting_.begin()->second;
      waiting_.erase(waiting_.begin());
      send(index);
    }
  }

  void receive(const Received& received) {
    Item& item = items_[received.index];
    const http::Response* const response = received.result ? &*received.result : nullptr;
    const Outcome outcome =
        response ? item.call->receive(*response) : failure_of_transport(received.result.error());
    if (outcome.kind == Outcome::Kind::changed && !stopped_) return send(received.index);
    const bool unanswered =
        outcome.kind == Outcome::Kind::failed || outcome.kind == Outcome::Kind::changed;
    if (unanswered) return retry(received.index, outcome, response);
    last_success_ = exchange_.clock_.now();
    --in_flight_;
    item.attempt = 0;
    const bool again =
        outcome.kind == Outcome::Kind::empty && item.asked_again < exchange_.ask_again_;
    settle(item, outcome.usage, again, true);
    if (!again) return commit(received.index);
    ++item.asked_again;
    again_.push_back(received.index);
  }

  static Outcome failure_of_transport(const Error& error) {
    return {.usage = {}, .error = error, .meets_all = error.kind != ErrorKind::network};
  }

  void retry(std::size_t index, const Outcome& outcome, const http::Response* response) {
    Item& item = items_[index];
    if (stopped_) return give_up(index, outcome.error);
    std::optional<http::Response> hinted;
    if (outcome.wait) {
      hinted = {429, {{"retry-after-ms", std::to_string(outcome.wait->count())}}, {}};
      response = &*hinted;
    }
    const http::RetryDecision decision =
        exchange_.retry_.after(item.attempt, outcome.error, response);
    const std::optional<Milliseconds> left = exchange_.budget_.time_left();
    if (decision.wait && left && *decision.wait >= *left) {
      give_up(index, exchange_.budget_.out_of_time());
      return stop(exchange_.budget_.out_of_time());
    }
    if (decision.wait) {
      ++item.attempt;
      log_debug("{} Trying again in {} ms.", outcome.error.message, decision.wait->count());
      waiting_.emplace(exchange_.clock_.now() + *decision.wait, index);
      return;
    }
    give_up(index, decision.error);
    // Used-up patience is the endpoint's state, not the request's, unless others got through.
    const bool endpoint_is_down =
        outcome.error.kind == ErrorKind::network && last_success_ < item.first_tried;
    if (outcome.meets_all || endpoint_is_down) stop(decision.error);
  }

  void give_up(std::size_t index, const Error& error) {
    --in_flight_;
    exchange_.budget_.release(items_[index].call->role(), items_[index].bound);
    fail(index, error);
  }

  void commit(std::size_t index) {
    for (const Record& record : items_[index].call->records()) {
      ++committing_;
      exchange_.archive_.keep(record, [mailbox = mailbox_, index](std::string error) {
        mailbox->post(Committed{index, std::move(error)});
      });
    }
  }

  void finish(const Committed& committed) {
    --committing_;
    if (committed.error.empty()) return;
    const Error error{ErrorKind::data, "An answer could not be stored: " + committed.error};
    fail(committed.index, error);
    stop(error);
  }

  void settle(const Item& item, const Usage& usage, bool asked_again, bool paid) {
    Amount actual{.calls = 1, .usage = usage, .cost = item.call->cost(usage)};
    // A server that does not count tokens must not make the caps ineffective.
    if (usage == Usage{}) actual = item.bound;
    exchange_.budget_.settle(item.call->role(), item.bound,
                             {.actual = actual, .asked_again = asked_again, .paid = paid});
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
    pass_.clear();
    again_.clear();
    for (const auto& [due, index] : std::exchange(waiting_, {})) give_up(index, *stopped_);
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
  std::deque<std::size_t> pass_;                   // not yet admitted, in order
  std::vector<std::size_t> again_;                 // for the next pass
  std::multimap<TimePoint, std::size_t> waiting_;  // for a retry
  std::size_t in_flight_ = 0;                      // on the wire or waiting for a retry
  std::size_t committing_ = 0;
  TimePoint last_success_ = TimePoint::min();
  std::optional<Error> stopped_;
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
      archive_(std::move(stores)),
      budget_(budget),
      clock_(clock),
      retry_(settings_.retry, Rng(settings_.seed, "backoff"), clock) {}

void Exchange::run(std::span<Call* const> calls) {
  const std::lock_guard lock(turn_);
  Batch(*this, calls).run();
}

}  // namespace zopo::llm
