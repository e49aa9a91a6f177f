// rasch-ucb: upper confidence bounds on the abilities of a Rasch model, with an ease of each
// example, so that prompts are compared on unequal examples (rasch_model.h). PromptEval has the
// model (arXiv 2405.17202) and spreads its calls evenly; the bound is added here. It knows nothing
// of embeddings. A block that was handed out counts before its answers come.

#include <cmath>
#include <nlohmann/json.hpp>

#include "optim/call_by_call.h"
#include "optim/methods.h"
#include "optim/rasch_model.h"

namespace zopo::optim {
namespace {

constexpr double kPendingInformation = 0.2;  // p (1 - p) of an answer to come

struct RaschOptions {
  CallOptions calls;
  double beta = 2;
  bool effects = true;
};

class RaschUcb final : public CallByCall {
 public:
  RaschUcb(const Problem& problem, const RaschOptions& options)
      : CallByCall(problem, options.calls),
        beta_(options.beta),
        model_(problem.dev_examples, options.effects),
        number_(arms().size(), kUnknown) {}

 private:
  void learn(const std::vector<Outcome>& outcomes) override {
    for (const Outcome& outcome : outcomes) {
      if (outcome.scores.empty()) continue;
      std::size_t& number = number_[arm_of(outcome.id)];
      if (number == kUnknown) number = known_++;
      for (std::size_t i = 0; i < outcome.scores.size(); ++i)
        model_.add(number, outcome.examples[i], outcome.scores[i]);
    }
    model_.fit();
  }

  void choose(Round& round) override {
    fill(round, [this](std::size_t arm, std::int64_t pending) {
      const std::size_t number = number_[arm];
      const bool is_known = number != kUnknown;
      const double precision = is_known ? model_.precision(number) : model_.prior_precision();
      const double ability = is_known ? model_.ability(number) : model_.prior_mean();
      const double expected = kPendingInformation * static_cast<double>(pending);
      return ability + beta_ / std::sqrt(precision + expected);
    });
    for (Query& query : round.queries) query.index = model_.score(*query.index);
  }

  double estimate(std::size_t arm) const override {
    return model_.score(model_.ability(number_[arm]));
  }

  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
  const double beta_;
  RaschModel model_;
  std::vector<std::size_t> number_;  // in the model, of each arm
  std::size_t known_ = 0;
};

}  // namespace

std::unique_ptr<Method> make_rasch_ucb(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("rasch-ucb", json);
  RaschOptions options;
  options.calls = read_call_options(problem, read);
  options.beta = read.number("beta", options.beta, 0, 1e6);
  options.effects = read.flag("effects", options.effects);
  read.finish();
  return std::make_unique<RaschUcb>(problem, options);
}

}  // namespace zopo::optim
