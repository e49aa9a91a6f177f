// top-two-thompson: a draw from the posterior names the prompt that answers next; every other time
// the draw is repeated until it names another one.
//
// Top-two Thompson sampling: D. Russo, "Simple Bayesian Algorithms for Best-Arm Identification",
// Operations Research 68(6), 2020, Sec. 3.3, with his beta of 1/2. Accuracies are independent, with
// a Beta prior fitted to the prompts tried by moments. It knows nothing of embeddings. Departures:
// a repeated draw gives up after 50; a block of examples per draw, and the posterior is renewed
// round by round.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "optim/call_by_call.h"
#include "optim/methods.h"
#include "zopo/base/random.h"

namespace zopo::optim {
namespace {

struct ThompsonOptions {
  CallOptions calls = {.arms = 128};
  double share = 0.5;  // of the draws that stand as they are
};

// Beta(right, wrong).
struct BetaPrior {
  double right = 1, wrong = 1;
};

constexpr std::size_t kFewTried = 8;
constexpr double kLeastPriorVariance = 0.003;
constexpr double kLeastPriorCount = 1, kMostPriorCount = 30;
constexpr double kLeastSide = 0.05;

// Of the prompts' accuracies: mean and variance of the means, less what chance adds to it.
BetaPrior fitted_prior(const std::vector<Arm>& arms, const std::vector<std::size_t>& tried) {
  if (tried.size() < kFewTried) return {};
  double answers = 0, sum = 0, squares = 0;
  for (const std::size_t arm : tried) {
    answers += static_cast<double>(arms[arm].n);
    sum += arms[arm].mean();
    squares += arms[arm].mean() * arms[arm].mean();
  }
  const auto count = static_cast<double>(tried.size());
  const double pooled = pooled_mean(arms), coin = pooled * (1 - pooled);
  const double observed = squares / count - (sum / count) * (sum / count);
  const double variance = std::max(observed - coin * count / answers, kLeastPriorVariance);
  const double strength = std::clamp(coin / variance - 1, kLeastPriorCount, kMostPriorCount);
  return {std::max(pooled * strength, kLeastSide), std::max((1 - pooled) * strength, kLeastSide)};
}

// G. Marsaglia & W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000.
// shape > 0.
double draw_gamma(Rng& rng, double shape) {
  if (shape < 1) return draw_gamma(rng, shape + 1) * std::pow(rng.uniform(), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = rng.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(1 - rng.uniform()) < 0.5 * x * x + d * (1 - v + std::log(v))) return d * v;
  }
}

double draw_beta(Rng& rng, double right, double wrong) {
  const double x = draw_gamma(rng, right), y = draw_gamma(rng, wrong);
  return x + y > 0 ? x / (x + y) : 0.5;
}

class TopTwoThompson final : public CallByCall {
 public:
  TopTwoThompson(const Problem& problem, const ThompsonOptions& options)
      : CallByCall(problem, options.calls),
        share_(options.share),
        rng_(problem.seed, "top-two-thompson") {}

 private:
  void learn(const std::vector<Outcome>& /*outcomes*/) override {
    prior_ = fitted_prior(arms(), tried());
  }

  void choose(Round& round) override {
    while (room(round) > 0) {
      std::size_t choice = draw();
      if (choice == arms().size()) return;
      if (!(rng_.uniform() < share_)) choice = another_than(choice);
      hand_out(choice, std::min(block(), room(round)), round);
    }
  }

  // The arm of the highest accuracy drawn among those with examples left; arms().size(): none.
  std::size_t draw() {
    std::size_t best = arms().size();
    double highest = 0;
    for (std::size_t at = 0; at < arms().size(); ++at) {
      if (examples_left(at) <= 0) continue;
      const Arm& arm = arms()[at];
      const double wrong = static_cast<double>(arm.n) - arm.sum;
      const double accuracy =
          draw_beta(rng_, prior_.right + arm.sum, prior_.wrong + std::max(wrong, 0.0));
      if (best < arms().size() && !(accuracy > highest)) continue;
      best = at;
      highest = accuracy;
    }
    return best;
  }

  std::size_t another_than(std::size_t leader) {
    constexpr int kDraws = 50;
    for (int i = 0; i < kDraws; ++i) {
      if (const std::size_t challenger = draw(); challenger != leader) return challenger;
    }
    return leader;
  }

  double estimate(std::size_t at) const override {
    const Arm& arm = arms()[at];
    return (arm.sum + prior_.right) / (static_cast<double>(arm.n) + prior_.right + prior_.wrong);
  }

  const double share_;
  Rng rng_;
  BetaPrior prior_;
};

}  // namespace

std::unique_ptr<Method> make_top_two_thompson(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("top-two-thompson", json);
  ThompsonOptions options;
  const CallOptions calls = read_call_options(problem, read);
  options.calls.round = calls.round;
  options.calls.block = calls.block;
  options.calls.arms = read.integer("arms", options.calls.arms, 1, 100'000'000);
  options.share = read.number("share", options.share, 0, 1);
  read.finish();
  return std::make_unique<TopTwoThompson>(problem, options);
}

}  // namespace zopo::optim
