// gittins: the prompt of the highest Gittins index at a price per call answers next (gittins.h);
// for independent prompts, and one call after another, that is optimal. Accuracies are independent,
// from a prior that the answers of all prompts choose (accuracy_library.h). It knows nothing of
// embeddings. Departures: an index is the mean of the members' indices, not the index of their
// mixture; a round is handed out block by block, the index nearing the mean as if the answers to
// come left the mean where it is; calls whose price is above what they promise are made all the
// same, so that methods spend equally.

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "optim/accuracy_library.h"
#include "optim/methods.h"

namespace zopo::optim {
namespace {

class GittinsSearch final : public CallByCall {
 public:
  GittinsSearch(const Problem& problem, const CallOptions& options, double price)
      : CallByCall(problem, options), index_(index_table(price)) {}

 private:
  void learn(const std::vector<Outcome>& /*outcomes*/) override {
    library_.weigh(arms());
    figures_.clear();
    for (const Arm& arm : arms()) {
      const Answers answers = answers_of(arm);
      if (figures_.count(answers) == 0) figures_[answers] = figure(answers);
    }
  }

  void choose(Round& round) override {
    fill(round, [this](std::size_t at, std::int64_t pending) {
      const Arm& arm = arms()[at];
      const Figure& now = figures_.at(answers_of(arm));
      const auto n = static_cast<double>(arm.n);
      return now.mean + now.bonus * std::sqrt((n + 1) / (n + static_cast<double>(pending) + 1));
    });
  }

  double estimate(std::size_t arm) const override {
    return figures_.at(answers_of(arms()[arm])).mean;
  }

  using Answers = std::pair<std::int64_t, double>;  // how many, and the sum of their scores
  struct Figure {
    double mean = 0, bonus = 0;  // index - mean
  };

  static Answers answers_of(const Arm& arm) {
    return {arm.n, std::min(arm.sum, static_cast<double>(arm.n))};
  }

  Figure figure(const Answers& answers) const {
    const auto n = static_cast<double>(answers.first);
    Figure figure;
    for (const AccuracyLibrary::Member& member : library_.members()) {
      const AccuracyBelief belief = after_answers(member.prior, n, answers.second);
      figure.mean += member.weight * belief.mean;
      figure.bonus += member.weight * ((*index_)(belief)-belief.mean);
    }
    return figure;
  }

  const std::shared_ptr<const IndexTable> index_;
  AccuracyLibrary library_;
  std::map<Answers, Figure> figures_;
};

}  // namespace

std::unique_ptr<Method> make_gittins(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("gittins", json);
  const CallOptions options = read_call_options(problem, read);
  const double price = read.number("price", 3e-4, 1e-6, 1);
  read.finish();
  return std::make_unique<GittinsSearch>(problem, options, price);
}

}  // namespace zopo::optim
