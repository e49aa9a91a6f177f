#pragma once
// Caps on calls, tokens, dollars and seconds that concurrency cannot overshoot: an upper bound is
// reserved before a request goes out and settled against what it really was.
//
// Whoever uses it reserves strictly in the order of its requests, those with stored answers
// included, and takes `later` for an answer: then a request is refused only when everything before
// it is settled. What is refused so depends neither on timing, nor on how many are in flight, nor
// on who paid: a resumed run meets the cap at the same request, unless it was killed while requests
// were out. What they may have cost counts.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "zopo/base/clock.h"
#include "zopo/base/error.h"
#include "zopo/base/hash.h"
#include "zopo/llm/pricing.h"

namespace zopo::llm {

// Nothing means no cap.
struct Caps {
  std::optional<std::int64_t> calls = {};
  std::optional<std::int64_t> tokens = {};  // prompt and completion
  std::optional<double> usd = {};
  std::optional<double> seconds = {};  // from the budget's making; stored answers take none
};

// All sums stop at the largest integer.
struct Amount {
  std::int64_t calls = 0;
  Usage usage = {};
  Picodollars cost = 0;

  std::int64_t tokens() const;
  double usd() const { return to_usd(cost); }
  Amount& operator+=(const Amount& other);
  Amount& operator-=(const Amount& other);
};

// What one role came to. The caps hold needed + asked_again + lost + unused.
struct Spending {
  Amount needed;  // the answers themselves, whoever paid: one call each
  // What was charged and brought no answer: empty replies, and failures that cost something. Where
  // nobody said what they cost, at their bound.
  Amount asked_again;
  // Of processes before this one, what had left and whose answers were not kept; at its bound where
  // nobody knows what became of it.
  Amount lost;
  // What answers in the run's store came to that nobody has asked for yet: a run that was killed
  // may go another way than before, and has paid for them all the same.
  Amount unused;
  Amount paid;                    // of the first two, what this process paid
  std::int64_t calls_cached = 0;  // of both, what was found in a store
  bool is_priced = true;          // the price of all that was charged is known

  // needed and asked_again.
  Amount charged() const;
  Spending& operator+=(const Spending& other);
};

// Thread-safe.
class Budget {
 public:
  // clock outlives the budget. Throws Failure{config} when a cap is negative or not a number.
  Budget(Caps caps, const Clock& clock);

  const Caps& caps() const { return caps_; }

  // Keeps amount for role: other roles are refused what would leave less than it, minus what role
  // has spent. For the final test, whose share no search may use up.
  void keep_aside(const std::string& role, const Amount& amount);
  // What processes before this one spent for role beyond the answers that are stored; see Spending.
  void bring_forward(const std::string& role,
                     const Amount& asked_again,
                     const Amount& lost,
                     const Amount& unused);
  // All that this process may come to, as --dry-run says it; what was brought forward before comes
  // on top. Only so many charged failures are borne.
  void set_bound(const Amount& most);

  // Whether the caps leave so much, whatever is kept aside.
  bool has_room_for(const Amount& amount) const;

  // An answer that is asked for twice is in the account once.
  bool is_counted(const Sha256& key) const;
  void mark_counted(const Sha256& key);

  enum class Grant {
    granted,  // bound is reserved: settle() or release() it
    later,    // does not fit while others are in flight: try again when one of them is settled
    refused,  // does not fit
  };
  struct Verdict {
    Grant grant = Grant::granted;
    Error error;  // when refused, kind budget: which cap, its value, what to do
  };
  enum class Source {
    to_be_asked,
    stored,     // known already, so the cap on seconds does not matter
    of_the_run  // in the run's own store: it was within the caps once, and is counted as unused
  };
  Verdict reserve(const std::string& role, const Amount& bound, Source source);

  struct Settlement {
    Amount actual;
    bool asked_again = false;  // it brought no answer
    bool paid = false;
    bool was_unused = false;  // it was counted as that until now
    bool is_priced = true;    // actual.cost is what it cost
  };
  // Ends a reservation with what it really was.
  void settle(const std::string& role, const Amount& bound, const Settlement& settlement);
  // Ends a reservation that nothing came of.
  void release(const std::string& role, const Amount& bound);
  // Called after each settlement by the thread that settled, outside of the lock. Before anything
  // is reserved.
  void watch(std::function<void()> watcher);
  // Blocks until something is settled or released, at most so long (by the machine's clock).
  void wait_for_settlement(Milliseconds longest);

  // Until the cap on seconds; nothing when there is none.
  std::optional<Milliseconds> time_left() const;
  // The error of a request that would have to wait beyond the cap on seconds.
  Error out_of_time() const;

  std::map<std::string, Spending> by_role() const;
  Spending total() const;

 private:
  struct Account {
    Spending spending;
    Amount reserved;
    Amount aside;
  };
  // What counts against the caps for a request of role.
  Amount committed(const std::string& role) const;
  // Without what is kept aside.
  Amount committed() const;
  // The first cap that amount is over.
  std::optional<Error> over_cap(const Amount& amount) const;
  std::optional<Error> over_bound(const Amount& amount) const;

  const Caps caps_;
  const Clock& clock_;
  const std::chrono::steady_clock::time_point start_;
  mutable std::mutex mutex_;
  std::condition_variable settled_;
  std::map<std::string, Account> accounts_;
  std::optional<Amount> bound_;
  std::set<Sha256> counted_;
  std::int64_t in_flight_ = 0;
  std::uint64_t settlements_ = 0;
  std::function<void()> watcher_;
};

}  // namespace zopo::llm
