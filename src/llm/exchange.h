#pragma once
// Gets calls answered, many at once: from the stores or over the network, in the order that the
// budget wants, with retries, and durable before anybody sees an answer.
//
// All of a run()'s state belongs to the thread that called it; the transport's and the stores'
// threads only drop events into its mailbox. That thread also waits out the backoffs, so nothing
// ever sleeps in the transport's loop.

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
  // The usage of every sending that the stored answer needed, the answer's own last; nothing when
  // it is not stored. From here on the call has its answer.
  // It may be called again where others may have stored it meanwhile.
  virtual std::optional<std::vector<Usage>> find_stored() = 0;
  // Under which the answer is going to be stored; after find_stored() has found nothing.
  virtual Sha256 key() const = 0;
  virtual http::Request request() = 0;
  virtual Outcome receive(const http::Response& response) = 0;
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
  std::mutex turn_;
};

}  // namespace zopo::llm
