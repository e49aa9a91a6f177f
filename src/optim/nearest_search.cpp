// nearest: the unqueried candidate nearest to the best so far.

#include <nlohmann/json.hpp>

#include "optim/methods.h"
#include "optim/option_reader.h"
#include "optim/whole_evaluations.h"

namespace zopo::optim {
namespace {

class NearestSearch final : public WholeEvaluations {
 public:
  NearestSearch(const Problem& problem, const RacingOptions& racing)
      : WholeEvaluations(problem, initial_design(problem), racing), domain_(problem.embeddings) {}

 private:
  std::vector<Query> choose() override {
    const CandidateId best = evaluations().tallies()[evaluations().best()].id;
    const std::vector<CandidateId> next =
        domain_.nearest(domain_.point(best), 1, &evaluations().asked());
    return {query_of(next.front(), Phase::search)};
  }

  const Domain domain_;
};

}  // namespace

std::unique_ptr<Method> make_nearest(const Problem& problem, const nlohmann::json& options) {
  OptionReader read("nearest", options);
  const RacingOptions racing = read_racing(read);
  read.finish();
  return std::make_unique<NearestSearch>(problem, racing);
}

}  // namespace zopo::optim
