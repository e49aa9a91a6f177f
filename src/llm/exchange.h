#pragma once
// Gets calls answered, many at once: from the stores or over the network, in the order that the
// budget wants, with retries, and durable before anybody sees an answer.

#include <chrono>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "llm/archive.h"
#include "llm/circuit_breaker.h"
#include "llm/outbox.h"
#include "zopo/base/clock.h"
#include "zopo/http/retry.h"
#include "zopo/http/transport.h"
#include "zopo/llm/budget.h"
#include "zopo/llm/endpoint.h"

namespace zopo::llm {

// One unit of work. Used by one thread at a time.
class Call {
 public:
  virtual ~Call() = default;
  virtual const std::string& role() const = 0;
  // The most that one sending can cost.
  virtual Amount bound() const = 0;
  virtual Picodollars cost(const Usage& usage) const = 0;
  virtual bool is_priced() const = 0;
  // The usage of every sending that the stored answer needed, the answer's own last; none of them
  // where budget has counted the answer before; nothing when it is not stored. From here on the
  // call has its answer. It may be called again where others may have stored it meanwhile.
  virtual std::optional<std::vector<Usage>> find_stored(const Budget& budget) = 0;
  // Whether the answer that find_stored() found is in the run's own store.
  virtual bool is_in_run() const = 0;
  // Under which the answer is going to be stored; after find_stored() has found nothing.
  virtual Sha256 key() const = 0;
  // Of all that is answered with it.
  virtual std::vector<Sha256> keys() const = 0;
  virtual http::Request request() = 0;
  virtual CallOutcome receive(const http::Response& response) = 0;
  // A sending that failed was charged with usage. Whether the answer's record is going to say so.
  virtual bool carry(const Usage& usage) = 0;
  // What is to be made durable now that the call has its answer.
  virtual std::vector<Record> records() const = 0;
  virtual void fail(const Error& error) = 0;
  // For messages: "the answer to ..".
  virtual std::string name() const = 0;
};

// Thread-safe: run()s take turns.
class Exchange {
 public:
  // Borrows transport, budget and clock.
  Exchange(EndpointSettings settings,
           int ask_again,
           http::Transport& transport,
           Stores stores,
           Budget& budget,
           const Clock& clock);

  // Brings every call to its answer or to fail(). Answered calls are durable when this returns.
  void run(std::span<Call* const> calls);

  Archive& archive() { return archive_; }
  const Budget& budget() const { return budget_; }
  const EndpointSettings& settings() const { return settings_; }

 private:
  friend class Batch;

  const EndpointSettings settings_;
  const int ask_again_;
  http::Transport& transport_;
  store::Claims* const claims_;  // may be null
  Archive archive_;
  Budget& budget_;
  const Clock& clock_;
  http::RetryPolicy retry_;
  Pace pace_;
  CircuitBreaker breaker_;
  bool told_of_silence_ = false;
  int given_up_in_a_row_ = 0;  // requests, since the last answer
  std::optional<std::chrono::steady_clock::time_point> interrupted_at_;
  std::mutex turn_;
};

}  // namespace zopo::llm
