#pragma once
// What a sending brought, and what a failure that is not tried again means: for its own request, or
// for every other one too.

#include <optional>
#include <string>

#include "zopo/base/clock.h"
#include "zopo/base/error.h"
#include "zopo/http/retry.h"
#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

// What one sending of a call brought.
struct CallOutcome {
  enum class Kind {
    answered,
    empty,
    failed,
    changed,  // the request was refused, as error says, and is now another one: send it at once
  };
  Kind kind = Kind::failed;
  Usage usage;
  Error error;  // unless answered; of kind network when trying again may help
  std::optional<Milliseconds> wait = {};  // for what the reply's body asks, not its headers
  bool meets_all = false;                 // the failure would meet every other call as well,
  bool unless_answered = false;           // as far as no other has got an answer (403, 404)
  bool is_own = false;                    // nor is it a sign that any other would fail
  bool is_free = false;                   // a failure without usage that cannot have been charged
  std::string advice = {};                // ends the message where the failure meets all
};

// Tells what meets every request from what one request brought on itself: an endpoint that has
// answered before refuses the request, not the run. Counts, in a row and over all calls, the
// refusals that may meet every request: those that say so, and before the first answer those that
// say nothing. Not thread-safe.
class CircuitBreaker {
 public:
  explicit CircuitBreaker(int most_refusals) : most_refusals_(most_refusals) {}

  // Somebody got an answer, now or, as the stores tell, before.
  void close() {
    refusals_in_a_row_ = 0;
    has_answered_ = true;
  }
  bool has_answered() const { return has_answered_; }

  struct Verdict {
    Error error;  // whose state the failure is: the request's (kind api), or the endpoint's
    bool meets_all = false;
  };
  // response: null where none came. is_down: the patience was used up, and nobody else got through
  // meanwhile.
  Verdict judge(const http::RetryDecision& decision,
                const CallOutcome& outcome,
                const http::Response* response,
                bool is_down);

 private:
  bool breaks(const CallOutcome& outcome, const http::Response* response);

  const int most_refusals_;
  int refusals_in_a_row_ = 0;
  bool has_answered_ = false;
};

}  // namespace zopo::llm
