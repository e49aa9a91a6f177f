// sequential-halving: the means decide which half of the prompts goes on.
//
// Karnin, Koren & Somekh, ICML 2013, Alg. 2 (see halving.h), as TRIPLE-SH uses it for prompts:
// C. Shi et al., "Efficient Prompt Optimization Through the Lens of Best Arm Identification",
// NeurIPS 2024, arXiv 2402.09723. It knows nothing of embeddings.

#include <nlohmann/json.hpp>

#include "optim/halving.h"
#include "optim/methods.h"

namespace zopo::optim {
namespace {

class SequentialHalving final : public Halving {
 public:
  SequentialHalving(const Problem& problem, const CallOptions& options)
      : Halving(problem, options) {}

 private:
  void learn(const std::vector<Outcome>& /*outcomes*/) override { pooled_ = pooled_mean(arms()); }
  double estimate(std::size_t arm) const override { return shrunk_mean(arms()[arm], pooled_); }

  double pooled_ = 0;
};

}  // namespace

std::unique_ptr<Method> make_sequential_halving(const Problem& problem,
                                                const nlohmann::json& json) {
  OptionReader read("sequential-halving", json);
  const CallOptions options = read_halving(problem, read, 100'000'000);
  read.finish();
  return std::make_unique<SequentialHalving>(problem, options);
}

}  // namespace zopo::optim
