#pragma once
// A budget in stages: each hands every arm that is left equally many examples and leaves the better
// half for the next one. Which half is better, the method says by its estimate().
//
// Z. Karnin, T. Koren & O. Somekh, "Almost Optimal Exploration in Multi-Armed Bandits", ICML 2013,
// Alg. 2: ceil(log2 n) stages of T / ceil(log2 n) calls. Departures: answers of earlier stages
// count; dev is finite, so what the last arm cannot use completes the best of those dropped, one
// after another; a stage is handed out in rounds.

#include <cstdint>
#include <vector>

#include "optim/call_by_call.h"

namespace zopo::optim {

// Options "arms" and "round". arms: 1 .. most; by default as many as can be asked once in each
// stage, at most 128.
CallOptions read_halving(const Problem& problem, OptionReader& read, std::int64_t most);

class Halving : public CallByCall {
 protected:
  Halving(const Problem& problem, const CallOptions& options);

  void choose(Round& round) final;
  std::size_t preferred() const final;

 private:
  // Prepares the next stage, or the next arm to be completed; false: all arms are complete.
  bool begin_next();
  bool complete_next();
  void begin_stage();

  const std::int64_t calls_;
  std::int64_t stages_ = 1, stage_ = 0;
  std::vector<std::size_t> alive_;
  std::size_t turn_ = 0;      // position in alive_ of the arm to be asked
  std::int64_t each_ = 0;     // examples of an arm in this stage
  std::int64_t lacking_ = 0;  // of them, what the arm whose turn it is has not been handed
};

}  // namespace zopo::optim
