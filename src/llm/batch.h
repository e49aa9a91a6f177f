#pragma once
// One Exchange::run().
//
// All of its state belongs to the thread that called run(); the transport's and the stores'
// threads only drop events into its mailbox. That thread also waits out the backoffs, so nothing
// ever sleeps in the transport's loop.
//
// What a request costs is settled when it comes back, whatever it brings: an answer, an empty
// reply, or a failure that was charged. The last two are sent again, where that may help, in a pass
// of their own, which begins when every call of the pass before is settled: the order of
// reservations must not depend on when replies come. A failure that cost nothing keeps its
// reservation and its place.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "llm/claim_queue.h"
#include "llm/exchange.h"
#include "llm/mailbox.h"

namespace zopo::llm {

class Batch {
 public:
  Batch(Exchange& exchange, std::span<Call* const> calls);
  void run();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A row of the run's ledger that the answer's record makes superfluous.
  struct Row {
    std::int64_t id = 0;
    Amount cost;
  };
  struct Item {
    Call* call = nullptr;
    Amount bound = {};
    int attempt = 0;              // failures in a row of this sending
    int asked_again = 0;          // empty replies so far
    TimePoint first_failed = {};  // of these failures
    TimePoint not_before = {};    // the backoff's end
    bool looked_up = false;
    bool reserved = false;
    bool on_wire = false;
    bool claimed = false;
    Amount paid = {};                      // under the claim
    Amount total = {};                     // that the answer's record says
    std::optional<std::int64_t> row = {};  // of the ledger, of the sending under way
    std::vector<Row> rows = {};            // of those before
    std::size_t uncommitted = 0;           // records on their way to the disk
    std::optional<std::vector<Usage>> stored = {};
    std::size_t replayed = 0;          // sendings of the stored answer
    std::optional<Sha256> leads = {};  // the key that others with the same wait for
  };

  struct Received {
    std::size_t index;
    http::Reply result;
  };
  struct Committed {
    std::size_t index;
    std::string error;
  };
  struct Noted {
    std::size_t index;
    std::string error;
    std::int64_t row;
  };
  using Event = std::variant<Received, Committed, Noted>;

  // Admission, in order (batch.cpp).
  void admit();
  bool may_admit();
  bool has_room() const;
  bool next_pass_if_over();
  bool admit_one(std::size_t index);
  void look_up(Item& item) const;
  bool waits_for_twin(std::size_t index);
  void release_twins(Item& item);
  void use_stored(std::size_t index);
  void count_those_of_the_run();
  // Claims (batch_claims.cpp), ledger, wire.
  void claim();
  void look_at_what_others_ask();
  void look_at_suspects();
  void end_claim(Item& item);
  void note(std::size_t index);
  void noted(const Noted& noted);
  void put_out(std::size_t index);
  void send_what_may_go();
  void wait();
  // Ends.
  void commit(std::size_t index);
  void finish(const Committed& committed);
  void give_up(std::size_t index, const Error& error);
  void fail(std::size_t index, const Error& error);
  void fail_the_rest();
  bool is_done() const;

  // What comes back (batch_replies.cpp).
  void receive(const Received& received);
  void receive_failure(std::size_t index,
                       const CallOutcome& outcome,
                       const Amount& took,
                       const http::Response* response);
  void tell_of_silence(const Error& error);
  void retry(std::size_t index,
             const CallOutcome& outcome,
             bool was_charged,
             const http::Response* response);
  void conclude(std::size_t index,
                const http::RetryDecision& decision,
                const CallOutcome& outcome,
                const http::Response* response,
                bool is_down);
  bool is_down_by_charges(bool was_charged);
  bool may_meet_others(const http::Response* response);
  void send_again(std::size_t index, bool was_charged, Milliseconds wait);
  static Amount charge(const Item& item, const CallOutcome& outcome);
  static Amount actual(const Item& item, const Usage& usage);
  static Budget::Source source_of(const Item& item);
  void settle(Item& item, const Amount& took, bool asked_again, bool paid);
  void spend_row(Item& item, const Amount& took, bool is_carried);
  void mark_counted(const Item& item);
  // From here on nothing more is sent; what is on the wire is awaited, until it is cut off.
  void stop(const Error& error);
  void look_for_interruption();
  void look_at_the_clock();
  // Gives up what is on the wire: it counts as spent at its bound.
  void cut_off();

  Exchange& exchange_;
  // Shared with the callbacks, which may outlive the batch.
  std::shared_ptr<Mailbox<Event>> mailbox_ = std::make_shared<Mailbox<Event>>();
  std::vector<Event> events_;  // that wait() is at
  std::vector<Item> items_;
  std::deque<std::size_t> pass_;                       // not yet admitted, in order
  std::vector<std::size_t> again_;                     // for the next pass
  std::map<Sha256, std::vector<std::size_t>> asking_;  // who waits for the answer of another call
  ClaimQueue claims_;                                  // what is admitted and not yet granted
  Outbox outbox_;
  std::size_t in_flight_ = 0;   // admitted and not settled
  std::size_t noting_ = 0;      // of these, not yet in the ledger
  std::size_t committing_ = 0;  // calls with records that are not on the disk yet
  TimePoint last_success_ = TimePoint::min();
  std::int64_t charges_in_a_row_ = 0;  // failures that were charged, since the last answer
  std::optional<Error> stopped_;
  // Refused, and whether others would be cannot be told yet. They count as in flight.
  struct Suspect {
    std::size_t index;
    http::RetryDecision decision;
    CallOutcome outcome;
    http::Response response;
  };
  std::vector<Suspect> suspects_;
};

}  // namespace zopo::llm
