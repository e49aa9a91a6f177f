// ucb-e: the prompt of the highest mean + sqrt(a / n) answers next.
//
// UCB-E for prompts: J. P. Zhou et al., "On Speeding Up Language Model Evaluation", ICLR 2025,
// arXiv 2407.06172, Alg. 1 (J.-Y. Audibert & S. Bubeck, "Best Arm Identification in Multi-Armed
// Bandits", COLT 2010). Prompts without an answer come first. It knows nothing of embeddings.
// Departure: a round is handed out block by block, a block counting in n before its answers come.

#include <cmath>
#include <nlohmann/json.hpp>

#include "optim/call_by_call.h"
#include "optim/methods.h"

namespace zopo::optim {
namespace {

class UcbE final : public CallByCall {
 public:
  UcbE(const Problem& problem, const CallOptions& options, double a)
      : CallByCall(problem, options), a_(a) {}

 private:
  void choose(Round& round) override {
    fill(round, [this](std::size_t at, std::int64_t pending) {
      const Arm& arm = arms()[at];
      if (arm.n == 0) return arm.asked == 0 ? kUnseen : 0.0;
      return arm.mean() + std::sqrt(a_ / static_cast<double>(arm.n + pending));
    });
    for (Query& query : round.queries) {
      if (query.index == kUnseen) query.index.reset();
    }
  }
  double estimate(std::size_t arm) const override { return arms()[arm].mean(); }

  static constexpr double kUnseen = 1e9;  // above any bound
  double a_;
};

}  // namespace

std::unique_ptr<Method> make_ucb_e(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("ucb-e", json);
  const CallOptions options = read_call_options(problem, read);
  const double a = read.number("a", 1, 0, 1e6);
  read.finish();
  return std::make_unique<UcbE>(problem, options, a);
}

}  // namespace zopo::optim
