#pragma once
// Several processes, one response store: who is asking for which answer, and what all of them
// together have spent. Before a request is sent its key is claimed; whoever finds the claim of
// another waits for the answer instead of paying for it too.
//
//   const auto claims = Claims::open("responses.db", {.calls = 1000}, system_clock());
//   if (claims->claim({{key, 500, 0}})[0] == Claims::Verdict::granted) ..  // send, store, then
//   claims->settle(key, {.calls = 1, .tokens = 320});
//
// Claims and account are tables of the store's file. A claim is worth as much as its owner is
// alive: that a process ended is seen on its own machine at once by the lock it held (in the file
// STORE-owners), elsewhere once it has been silent for 30 s. Clocks that differ do no harm. What it
// had claimed may have been sent: the account is charged with its bound.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/base/hash.h"

namespace zopo::store {

// Thread-safe. All throw Failure{data} where the file cannot be used.
class Claims {
 public:
  // Over everybody who uses the file, since it was made. Nothing means no limit.
  struct Limits {
    std::optional<std::int64_t> calls = {}, tokens = {};
    std::optional<std::int64_t> cost = {};  // in the smallest unit of money
    std::optional<double> seconds = {};     // from the first claim
    std::optional<double> calls_per_minute = {}, tokens_per_minute = {};
  };
  struct Wanted {
    Sha256 key;
    std::int64_t tokens = 0, cost = 0;  // at most, of one call
  };
  enum class Verdict {
    granted,  // ask, then settle()
    stored,   // the store has the answer by now
    held,     // somebody alive is asking: look again later
    later,    // the rate, or what others may still come to, does not allow it yet
    over_calls,
    over_tokens,
    over_cost,
    over_seconds,
  };
  struct Spent {
    std::int64_t calls = 0, tokens = 0, cost = 0;
  };

  // The file is a response store that was opened for writing. clock outlives the claims.
  static std::unique_ptr<Claims> open(const std::filesystem::path& file,
                                      const Limits& limits,
                                      const Clock& clock);
  // Ends what is still claimed, at its bound.
  virtual ~Claims() = default;

  virtual const Limits& limits() const = 0;
  // Who claims here, for a Receipt (ledger.h): an answer and its account go into one transaction.
  virtual const std::string& owner() const = 0;
  // One verdict each, in order, in one transaction.
  virtual std::vector<Verdict> claim(std::span<const Wanted> wanted) = 0;
  // Ends a claim with what was paid, where no answer is stored with it. Reaches the others with the
  // next claim() or flush(): what was stored they find before.
  virtual void settle(const Sha256& key, const Spent& spent) = 0;
  virtual void flush() = 0;
  // Says that the owner lives while it waits for answers; cheap when it is not due.
  virtual void renew() = 0;
};

// Who uses the store now, as "process 12 on HOST"; file is an existing store.
std::vector<std::string> users_of_store(const std::filesystem::path& file);

}  // namespace zopo::store
