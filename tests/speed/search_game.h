#pragma once
// A search played against made-up outcomes, timed decision by decision beside passes of a float
// matrix-vector product over the same embeddings.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "zopo/data/embeddings.h"

namespace zopo::bench {

// Of this thread's processor time, so that others on the machine do not count.
double thread_seconds();

// Rows of unit length around 50 centres, as sentence embeddings lie.
class ClusteredRows {
 public:
  explicit ClusteredRows(Index d);
  // The next row [d].
  void next(float* row);

 private:
  RowMatrixF centres_;
  std::uint64_t bits_ = 1;
};

data::Embeddings clustered(Index m, Index d);

// ask() and tell() of the method, once per iteration, after `queries` initial prompts with a whole
// evaluation each. Counters: seconds to make the method, prompts in a round, mean and median of
// ask() and tell() together, the median of a pass, and the medians' ratio.
void ask(benchmark::State& state,
         const std::string& method,
         const std::string& options,
         const data::Embeddings& embeddings,
         Index queries);

}  // namespace zopo::bench
