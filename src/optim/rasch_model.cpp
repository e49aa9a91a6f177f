#include "optim/rasch_model.h"

#include <algorithm>
#include <cmath>

namespace zopo::optim {
namespace {

constexpr int kNewtonSteps = 15;
constexpr double kLongestStep = 1;
constexpr double kLeastAbilityVariance = 0.1, kMostAbilityVariance = 4;
constexpr double kLeastEaseVariance = 0.05, kMostEaseVariance = 6;
constexpr double kNoEffect = 1e-6;

double inverse_logit(double x) { return 1 / (1 + std::exp(-x)); }
double one_step(double step) { return std::clamp(step, -kLongestStep, kLongestStep); }

}  // namespace

RaschModel::RaschModel(std::int64_t examples, bool effects)
    : effects_(effects),
      eases_(Vector::Zero(examples)),
      ease_precisions_(Vector::Zero(examples)),
      ease_variance_(effects ? 0.5 : kNoEffect) {}

void RaschModel::add(std::size_t prompt, std::int64_t example, double score) {
  if (prompt >= answers_.size()) {
    answers_.resize(prompt + 1);
    abilities_.resize(prompt + 1, mean_);
    precisions_.resize(prompt + 1, 0);
  }
  answers_[prompt].push_back({example, score});
}

void RaschModel::fit() {
  if (answers_.empty()) return;
  for (int step = 0; step < kNewtonSteps; ++step) {
    fit_abilities();
    if (effects_) fit_eases();
  }
  fit_variances();
}

void RaschModel::fit_abilities() {
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    double gradient = (mean_ - abilities_[i]) / variance_, precision = 1 / variance_;
    for (const Response& answer : answers_[i]) {
      const double p = inverse_logit(abilities_[i] + eases_(answer.example));
      gradient += answer.score - p;
      precision += p * (1 - p);
    }
    abilities_[i] += one_step(gradient / precision);
    precisions_[i] = precision;
  }
  double sum = 0;
  for (const double ability : abilities_) sum += ability;
  mean_ = sum / static_cast<double>(abilities_.size());
}

void RaschModel::fit_eases() {
  Vector gradient = -eases_ / ease_variance_;
  ease_precisions_.setConstant(1 / ease_variance_);
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    for (const Response& answer : answers_[i]) {
      const double p = inverse_logit(abilities_[i] + eases_(answer.example));
      gradient(answer.example) += answer.score - p;
      ease_precisions_(answer.example) += p * (1 - p);
    }
  }
  for (Index j = 0; j < eases_.size(); ++j)
    eases_(j) += one_step(gradient(j) / ease_precisions_(j));
}

// Means of the squared deviations, and of what the fit leaves open.
void RaschModel::fit_variances() {
  double sum = 0;
  for (std::size_t i = 0; i < abilities_.size(); ++i)
    sum += (abilities_[i] - mean_) * (abilities_[i] - mean_) + 1 / precisions_[i];
  variance_ = std::clamp(sum / static_cast<double>(abilities_.size()), kLeastAbilityVariance,
                         kMostAbilityVariance);
  if (!effects_) return;
  double ease_sum = 0, seen = 0;
  for (Index j = 0; j < eases_.size(); ++j) {
    if (!(ease_precisions_(j) * ease_variance_ > 1)) continue;  // no answers
    ease_sum += eases_(j) * eases_(j) + 1 / ease_precisions_(j);
    ++seen;
  }
  if (seen > 0) ease_variance_ = std::clamp(ease_sum / seen, kLeastEaseVariance, kMostEaseVariance);
}

double RaschModel::score(double ability) const {
  if (eases_.size() == 0) return inverse_logit(ability);
  return (1 + (-(eases_.array() + ability)).exp()).inverse().mean();
}

}  // namespace zopo::optim
