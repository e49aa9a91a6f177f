// random: unqueried candidates in a seeded random order.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "optim/methods.h"
#include "optim/option_reader.h"
#include "optim/whole_evaluations.h"
#include "zopo/base/random.h"

namespace zopo::optim {
namespace {

class RandomSearch final : public WholeEvaluations {
 public:
  RandomSearch(const Problem& problem, const RacingOptions& racing)
      : WholeEvaluations(problem, initial_design(problem), racing), rng_(problem.seed, "random") {}

 private:
  // The k-th unqueried candidate for a random k: one pass over m flags, no list of all.
  std::vector<Query> choose() override {
    std::uint64_t k = rng_.below(static_cast<std::uint64_t>(evaluations().unasked()));
    CandidateId id = 0;
    while (evaluations().is_asked(id) || k-- > 0) ++id;
    return {query_of(id, Phase::search)};
  }

  Rng rng_;
};

}  // namespace

std::unique_ptr<Method> make_random(const Problem& problem, const nlohmann::json& options) {
  OptionReader read("random", options);
  const RacingOptions racing = read_racing(read);
  read.finish();
  return std::make_unique<RandomSearch>(problem, racing);
}

}  // namespace zopo::optim
