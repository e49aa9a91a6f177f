#pragma once
// The recorded half of a bench: landscapes, their embeddings, and a run on one of them.

#include <deque>
#include <optional>
#include <vector>

#include "app/bench_matrix.h"
#include "app/bench_run.h"
#include "app/grown_domain.h"
#include "zopo/data/landscape.h"

namespace zopo::app {

class BenchLandscapes {
 public:
  // Reads them; plan outlives it. Throws Failure: those of load_landscapes(), a file whose
  // landscapes are all flat where nothing else is to be compared on, recorded outcomes of a domain
  // that is to grow.
  explicit BenchLandscapes(const BenchPlan& plan);

  // One a landscape; its place is the landscape's.
  std::vector<Subject> subjects() const;
  // Embeddings and outcomes of the landscapes with these places, which run() needs.
  void prepare(const std::vector<std::size_t>& places, int threads);
  // Thread-safe.
  BenchRun run(std::size_t place, const BenchMethod& method, std::uint64_t seed) const;

 private:
  void refuse_grown_outcomes() const;

  const BenchPlan& plan_;
  data::LandscapeSet set_;
  std::vector<std::optional<GrownDomain>> domains_;              // [tasks]
  std::vector<std::optional<data::RecordedOutcomes>> outcomes_;  // [landscapes]
};

}  // namespace zopo::app
