#pragma once
// Which of the calls that are admitted may be on the wire now: as many as the endpoint bears, as
// often as its limits allow, and after their backoff.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/http/concurrency.h"
#include "zopo/http/rate_limiter.h"

namespace zopo::llm {

// What is known of an endpoint from one run of calls to the next.
struct Pace {
  http::Concurrency concurrency;
  http::RateLimiter limiter;
};

// Not thread-safe. Borrows pace and clock.
class Outbox {
 public:
  Outbox(Pace& pace, const Clock& clock) : pace_(pace), clock_(clock) {}

  // call is a number of the caller's. most_tokens: what its reply may come to.
  void add(std::size_t call, double most_tokens) { ready_.push_back({call, most_tokens}); }
  void add_after(Milliseconds wait, std::size_t call, double most_tokens);

  // The next call that goes on the wire now, if one may.
  std::optional<std::size_t> next();
  struct Return {
    bool answered = false;
    bool throttled = false;  // the endpoint wants fewer requests
    double tokens = 0;       // that it took
  };
  // What became of it is known.
  void came_back(std::size_t call, const Return& news);

  bool is_anything_out() const { return !out_.empty(); }
  // How long next() has nothing, as far as the clock is concerned; nothing when it is not.
  std::optional<Milliseconds> until_next() const;
  // All that is on the wire: it is not waited for any more.
  std::vector<std::size_t> take_back();
  // Takes out what is not on the wire.
  std::vector<std::size_t> clear();

 private:
  struct Waiting {
    std::size_t call = 0;
    double most_tokens = 0;
  };
  struct Sent {
    std::uint64_t number = 0;
    double charged = 0;
  };
  using TimePoint = std::chrono::steady_clock::time_point;

  bool has_room() const {
    return out_.size() < static_cast<std::size_t>(pace_.concurrency.limit());
  }
  void move_due();

  Pace& pace_;
  const Clock& clock_;
  std::deque<Waiting> ready_;
  std::multimap<TimePoint, Waiting> later_;
  std::map<std::size_t, Sent> out_;
};

}  // namespace zopo::llm
