#include "optim/worth.h"

#include <cmath>
#include <numbers>

namespace zopo::optim {
namespace {

// L(t), falling.
double expected_excess(double t) {
  const double density = std::exp(-t * t / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return density - t * std::erfc(t / std::numbers::sqrt2) / 2;
}

AccuracyBelief belief_of(const AnswerModel& model, double mean, double variance) {
  return accuracy_belief(model.score(mean), model.score_sd(mean, variance));
}

}  // namespace

double reservation_factor(double cost) {
  constexpr int kSteps = 50;
  constexpr double kFurthest = 10;
  double low = -kFurthest, high = kFurthest;
  for (int i = 0; i < kSteps; ++i) {
    const double middle = (low + high) / 2;
    (expected_excess(middle) > cost ? low : high) = middle;
  }
  return (low + high) / 2;
}

double Worth::index(const AnswerModel& model, double mean, double variance) {
  // Graded scores move the dispersion a little with every answer; a table stands for 5 %.
  const double price = price_of_answer(model);
  if (!table_ || std::abs(price - table_price_) > 0.05 * table_price_) {
    table_.emplace(price);
    table_price_ = price;
  }
  return (*table_)(belief_of(model, mean, variance));
}

double Worth::index(const AnswerModel& model, const Prospect& prospect) const {
  return boxed_index(belief_of(model, prospect.mean, prospect.variance), price_of_answer(model),
                     price_ * prospect.cost);
}

}  // namespace zopo::optim
