#pragma once
// Which of the calls that are admitted somebody else is asking for right now, in another process
// on the same store.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/clock.h"
#include "zopo/base/error.h"
#include "zopo/store/claims.h"

namespace zopo::llm {

// Not thread-safe. Borrows claims, which may be null, and clock.
class ClaimQueue {
 public:
  ClaimQueue(store::Claims* claims, const Clock& clock) : claims_(claims), clock_(clock) {}

  bool is_on() const { return claims_ != nullptr; }
  // call is a number of the caller's.
  void add(std::size_t call) { new_.push_back(call); }

  // Claims what was added, all in one go; granted(call) for what may be sent now. The error: a cap
  // over all who share the store.
  std::optional<Error> claim(const std::function<store::Claims::Wanted(std::size_t)>& wanted,
                             const std::function<void(std::size_t)>& granted);
  // Those that were held back for long enough: what the store has by now is answered, the rest is
  // to be added again.
  std::vector<std::size_t> take_due();
  // How long until there may be some; nothing where none are held back.
  std::optional<Milliseconds> until_due() const;

  const std::string& owner() const { return claims_->owner(); }
  void settle(const Sha256& key, const store::Claims::Spent& spent) { claims_->settle(key, spent); }
  void renew() const;
  void flush() const;
  // Takes out all that waits.
  std::vector<std::size_t> clear();

 private:
  store::Claims* const claims_;
  const Clock& clock_;
  std::vector<std::size_t> new_, held_;
  std::chrono::steady_clock::time_point due_ = {};
};

}  // namespace zopo::llm
