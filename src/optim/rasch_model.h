#pragma once
// The Rasch model of right and wrong answers: prompt i answers example j rightly with probability
//
//   1 / (1 + exp(-(ability_i + ease_j))),   ability_i ~ N(mean, v), ease_j ~ N(0, u),
//
// fitted by Newton's steps to the mode; mean, v and u by moments. Scores between 0 and 1 count as
// shares of right answers. F. Maia Polo et al., "Efficient multi-prompt evaluation of LLMs"
// (PromptEval), NeurIPS 2024, arXiv 2405.17202, Sec. 3, without covariates.

#include <cstdint>
#include <vector>

#include "zopo/base/linalg.h"

namespace zopo::optim {

class RaschModel {
 public:
  // effects: false makes all examples equally easy.
  RaschModel(std::int64_t examples, bool effects);

  // Prompts are numbered from 0 without a gap. score in [0, 1].
  void add(std::size_t prompt, std::int64_t example, double score);
  // Goes on from the last fit.
  void fit();

  double ability(std::size_t prompt) const { return abilities_[prompt]; }
  // 1 / posterior variance of the ability, at the mode.
  double precision(std::size_t prompt) const { return precisions_[prompt]; }
  // Of a prompt without answers.
  double prior_mean() const { return mean_; }
  double prior_precision() const { return 1 / variance_; }
  double ease(std::int64_t example) const { return eases_(example); }
  // Expected mean score over all examples of a prompt of that ability.
  double score(double ability) const;

 private:
  struct Response {
    std::int64_t example;
    double score;
  };

  void fit_abilities();
  void fit_eases();
  void fit_variances();

  bool effects_;
  std::vector<std::vector<Response>> answers_;  // of each prompt
  std::vector<double> abilities_, precisions_;
  Vector eases_, ease_precisions_;  // [examples]
  double mean_ = 0, variance_ = 0.5, ease_variance_ = 0.5;
};

}  // namespace zopo::optim
