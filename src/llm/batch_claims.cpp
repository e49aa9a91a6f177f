// What other processes that share the store may be asking for at the same time. Part of batch.cpp's
// loop.

#include <utility>

#include "llm/batch.h"

namespace zopo::llm {

// What others may be asking for at the same time goes out only once it is claimed.
void Batch::claim() {
  if (stopped_) return;
  const std::optional<Error> error = claims_.claim(
      [this](std::size_t index) -> store::Claims::Wanted {
        const Item& item = items_[index];
        return {item.call->key(), item.bound.tokens(), item.bound.cost};
      },
      [this](std::size_t index) {
        items_[index].claimed = true;
        note(index);
      });
  if (error) stop(*error);
}

void Batch::look_at_what_others_ask() {
  if (stopped_) return;
  for (const std::size_t index : claims_.take_due()) {
    Item& item = items_[index];
    item.stored = item.call->find_stored(exchange_.budget_);
    if (!item.stored) {
      claims_.add(index);
      continue;
    }
    --in_flight_;
    if (item.stored->empty()) {
      exchange_.budget_.release(item.call->role(), item.bound);
      item.reserved = false;
      commit(index);
    } else {
      use_stored(index);
    }
  }
}

// The claim ends when the answer is in the store, or when there will be none.
void Batch::end_claim(Item& item) {
  if (!item.claimed) return;
  item.claimed = false;
  const Amount paid = std::exchange(item.paid, {});
  claims_.settle(item.call->key(), {paid.calls, paid.tokens(), paid.cost});
}

}  // namespace zopo::llm
