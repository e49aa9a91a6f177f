#pragma once
// How many requests may be under way: additive increase, multiplicative decrease (Chiu & Jain,
// "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance", 1989), so that
// clients that share an endpoint settle at equal shares of what it bears.

#include <cstdint>

namespace zopo::http {

// Not thread-safe.
class Concurrency {
 public:
  // Starts at most, which it never exceeds: that is what the user asked for.
  explicit Concurrency(int most);

  // Requests that may be under way now, from 1 to most.
  int limit() const { return static_cast<int>(limit_); }

  // Marks a request that is sent now; give it back when its reply is known.
  std::uint64_t send() { return sent_++; }
  // An answer: one more after as many of them as are under way.
  void succeed();
  // The server wants fewer requests: half as many. The replies to what was sent before the last
  // cut tell the same news again and change nothing (as RFC 5681, sec. 3.2, per window of data).
  void throttle(std::uint64_t request);

 private:
  double most_;
  double limit_;
  std::uint64_t sent_ = 0;
  std::uint64_t cut_at_ = 0;  // the first request that was sent after the last cut
};

}  // namespace zopo::http
