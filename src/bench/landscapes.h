#pragma once
// The recorded half of a bench: landscapes, their embeddings, and a run on one of them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/grown_domain.h"
#include "bench/matrix.h"
#include "bench/search.h"
#include "zopo/data/landscape.h"

namespace zopo::bench {

class BenchLandscapes {
 public:
  // Reads them; plan outlives it. Throws Failure: those of load_landscapes(), a file whose
  // landscapes are all flat where nothing else is to be compared on, recorded outcomes of a domain
  // that is to grow.
  explicit BenchLandscapes(const BenchPlan& plan);

  // One a variant and landscape; its place is the position.
  std::vector<Subject> subjects() const;
  // Embeddings and outcomes for these places, which run() needs.
  void prepare(const std::vector<std::size_t>& places, int threads);
  // Thread-safe.
  BenchRun run(std::size_t place, const BenchMethod& method, std::uint64_t seed) const;

 private:
  // A landscape under the conditions of a variant.
  struct Place {
    const BenchConditions& conditions;
    data::Landscape landscape;  // grown, once it is prepared
    std::string domain;         // in domains_
    std::optional<data::RecordedOutcomes> outcomes = {};
    Vector known = {};
  };
  void refuse_grown_outcomes(const Place& place) const;
  // What the file's other models say of the candidates; empty where the conditions do not want it.
  Vector known_of(const Place& place) const;
  void make_domains(const std::vector<std::size_t>& places, int threads);

  const BenchPlan& plan_;
  data::LandscapeSet set_;
  std::vector<Place> places_;
  std::map<std::string, std::optional<GrownDomain>> domains_;  // by task and what they depend on
};

}  // namespace zopo::bench
