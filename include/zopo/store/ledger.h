#pragma once
// What left a process and has no answer in the store: rows in the store's file, written before a
// request goes out and taken out in the transaction that stores its answer. So whatever is killed
// when, the next process knows what may have been billed.

#include <cstdint>
#include <string>
#include <vector>

#include "zopo/base/hash.h"
#include "zopo/store/claims.h"

namespace zopo::store {

// Tokens, and money in its smallest unit.
struct Cost {
  std::int64_t calls = 0;
  std::int64_t prompt_tokens = 0, completion_tokens = 0, cached_tokens = 0, reasoning_tokens = 0;
  std::int64_t money = 0;

  // Stops at the largest integer.
  Cost& operator+=(const Cost& other);
};

// One request that left, or was about to.
struct Sending {
  enum class State {
    open,   // nobody knows what became of it: it cost at most so much
    spent,  // it cost so much and brought nothing to be stored
  };
  Sha256 key = {};
  std::string role;
  State state = State::open;
  Cost cost;
};

// What an answer ends, in the transaction that stores it.
struct Receipt {
  std::vector<std::int64_t> sendings = {};  // ids: forgotten, the answer's record has their cost
  // What it came to and what for, in the sum of all answers; "" where it is in no sum.
  std::string role = {};
  Cost cost = {};
  // The claim on its key in the same file, and what was paid under it; "" for none.
  std::string claim_owner = {};
  Claims::Spent claim_spent = {};
};

}  // namespace zopo::store
