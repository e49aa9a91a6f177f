// hbbops: Hyperband over the number of dev examples; the prompts that enter it are those of the
// highest expected improvement under a Gaussian process.
//
// L. Schneider et al., "Hyperband-based Bayesian Optimization for Black-box Prompt Selection", ICML
// 2025, arXiv 2412.07820, Alg. 1, with its eta of 2 and b_min of 10; brackets as in L. Li et al.,
// "Hyperband", JMLR 2018, Alg. 1. The process is fitted to the prompts of the highest level that at
// least 4 have reached; recommended is the best mean of the highest level reached. Departures: the
// kernel is Matern 5/2 on the embeddings, its length scale by evidence, where the paper learns a
// deep kernel of instruction and exemplars; the first bracket takes the initial design; where every
// prompt has entered, calls that are left complete the best.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "optim/acquisition.h"
#include "optim/call_by_call.h"
#include "optim/global_model.h"
#include "optim/methods.h"
#include "optim/round_size.h"

namespace zopo::optim {
namespace {

constexpr std::size_t kEnoughForModel = 4;

struct HbBoPsOptions {
  CallOptions calls;
  std::int64_t least = 10;  // examples of the lowest level, b_min
};

class HbBoPs final : public CallByCall {
 public:
  HbBoPs(const Problem& problem, const HbBoPsOptions& options)
      : CallByCall(problem, options.calls),
        domain_(problem.embeddings),
        space_(domain_, KernelSpace::Origin::mean),
        scores_(arms().size()) {
    while (dev_examples() >> (highest_ + 1) >= options.least) ++highest_;
    bracket_ = stage_ = highest_;
    for (std::size_t arm = 0; arm < initial(); ++arm) members_.push_back(arm);
    const auto design = std::max<std::int64_t>(1, static_cast<std::int64_t>(initial()));
    set_first_look(
        std::clamp<std::int64_t>(problem.calls / design, 1, std::max<std::int64_t>(1, level())));
  }

 private:
  void learn(const std::vector<Outcome>& outcomes) override {
    for (const Outcome& outcome : outcomes) {
      std::vector<double>& scores = scores_[arm_of(outcome.id)];
      scores.insert(scores.end(), outcome.scores.begin(), outcome.scores.end());
    }
  }

  void choose(Round& round) override {
    while (room(round) > 0) {
      if (waiting_.empty()) {
        if (!round.queries.empty()) return;  // what comes next depends on the answers
        if (!plan_next()) return;
      }
      const std::size_t arm = waiting_.back();
      const std::int64_t lacking = target_ - arms()[arm].asked;
      if (hand_out(arm, std::min(lacking, room(round)), round) == lacking) waiting_.pop_back();
    }
  }

  // Fills waiting_ and target_; false: all prompts are complete.
  bool plan_next() {
    while (is_open_ || has_fresh()) {
      if (proposals_ > 0 && has_fresh()) {
        --proposals_;
        members_.push_back(proposal());
        wait_for({members_.back()}, level());
        return true;
      }
      proposals_ = 0;
      if (stage_ == 0 || members_.size() < 2) {
        begin_bracket();
        continue;
      }
      halve();
      wait_for(members_, level());
      if (!waiting_.empty()) return true;
    }
    return complete_best();
  }

  // n = ceil((s_max + 1) / (s + 1) eta^s) prompts at level R / eta^s, s = s_max .. 0
  void begin_bracket() {
    is_open_ = has_fresh();
    bracket_ = bracket_ > 0 ? bracket_ - 1 : highest_;
    stage_ = bracket_;
    members_.clear();
    const std::int64_t shares = bracket_ + 1;
    proposals_ = (((highest_ + 1) << bracket_) + shares - 1) / shares;
  }

  void halve() {
    --stage_;
    std::stable_sort(members_.begin(), members_.end(),
                     [this](std::size_t a, std::size_t b) { return merit(a) > merit(b); });
    members_.resize(members_.size() / 2);
  }

  bool complete_best() {
    std::vector<std::size_t> open;
    for (const std::size_t arm : tried()) {
      if (examples_left(arm) > 0) open.push_back(arm);
    }
    if (open.empty()) return false;
    wait_for({best_of(open)}, dev_examples());
    return true;
  }

  void wait_for(const std::vector<std::size_t>& wanted, std::int64_t examples) {
    target_ = examples;
    for (const std::size_t arm : wanted) {
      if (arms()[arm].asked < target_) waiting_.push_back(arm);
    }
    std::reverse(waiting_.begin(), waiting_.end());  // the first is taken from the back
  }

  // The unasked arm of the highest expected improvement; without a model the first.
  std::size_t proposal() const {
    const std::size_t first = first_fresh();
    const std::vector<std::size_t> data = of_highest_level(kEnoughForModel);
    if (data.size() < kEnoughForModel) return first;
    Evaluations evaluations(domain_.size());
    for (const std::size_t arm : data)
      evaluations.add({.id = arms()[arm].id, .examples = {}, .scores = scores_[arm]});
    GlobalModel model(space_, kernel_family("matern52", space_), {});
    model.learn(evaluations);
    double to_beat = model.mean()(arms()[data.front()].id);
    for (const std::size_t arm : data) to_beat = std::max(to_beat, model.mean()(arms()[arm].id));
    std::size_t best = first;
    double highest = -1;
    for (std::size_t arm = first; arm < arms().size(); ++arm) {
      if (arms()[arm].asked > 0) continue;
      const CandidateId id = arms()[arm].id;
      const double gain =
          expected_improvement(model.mean()(id), std::sqrt(model.variance()(id)), to_beat);
      if (!(gain > highest)) continue;
      best = arm;
      highest = gain;
    }
    return best;
  }

  // Arms with answers at the highest level that so many have reached; of none, those tried.
  std::vector<std::size_t> of_highest_level(std::size_t enough) const {
    for (std::int64_t s = 0; s <= highest_; ++s) {
      std::vector<std::size_t> reached;
      for (const std::size_t arm : tried()) {
        if (arms()[arm].asked >= dev_examples() >> s) reached.push_back(arm);
      }
      if (reached.size() >= enough) return reached;
    }
    return tried();
  }

  std::size_t first_fresh() const {
    std::size_t arm = 0;
    while (arm < arms().size() && arms()[arm].asked > 0) ++arm;
    return arm;
  }
  bool has_fresh() const { return first_fresh() < arms().size(); }
  std::int64_t level() const { return dev_examples() >> stage_; }
  double merit(std::size_t arm) const { return arms()[arm].n > 0 ? estimate(arm) : -1; }
  double estimate(std::size_t arm) const override { return arms()[arm].mean(); }
  std::size_t preferred() const override { return best_of(of_highest_level(1)); }

  const Domain domain_;
  const KernelSpace space_;
  std::vector<std::vector<double>> scores_;  // of each arm
  std::int64_t highest_ = 0;                 // s_max
  std::int64_t bracket_ = 0, stage_ = 0;     // s, and how often the level can still be doubled
  std::int64_t proposals_ = 0;               // that the bracket still lacks
  std::vector<std::size_t> members_;         // of the bracket
  std::vector<std::size_t> waiting_;         // to be asked up to target_, the next one last
  std::int64_t target_ = 0;
  bool is_open_ = true;  // the bracket began with prompts left to enter
};

}  // namespace

std::unique_ptr<Method> make_hbbops(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("hbbops", json);
  HbBoPsOptions options;
  options.calls.round = read.integer("round", usual_round(problem), 1, 1'000'000);
  options.least = read.integer("least", options.least, 1, 1'000'000);
  read.finish();
  return std::make_unique<HbBoPs>(problem, options);
}

}  // namespace zopo::optim
