#pragma once
// What asking or writing is worth: reservation prices, and, where a call has a price, Gittins' and
// Weitzman's indices against the incumbent (gittins.h).

#include <optional>

#include "optim/answer_model.h"
#include "optim/gittins.h"
#include "optim/writing.h"

namespace zopo::optim {

// Weitzman's reservation price of N(mean, sd^2) that costs `cost` sd to look at is mean + t sd,
// where
//
//   L(t) = phi(t) - t Phi(-t) = E max(X - t, 0), X ~ N(0, 1), is that cost.
//
// cost > 0. Between -10 and 10.
double reservation_factor(double cost);

// Is a candidate worth its calls at a price per call? Figures of latent scores in, indices in score
// units out.
class Worth {
 public:
  // price > 0.
  explicit Worth(double price) : price_(price) {}

  // Of a candidate that is there.
  double index(const AnswerModel& model, double mean, double variance);
  // Of one that has to be written.
  double index(const AnswerModel& model, const Prospect& prospect) const;

 private:
  // A graded answer says as much as 1 / dispersion answers that are right or wrong.
  double price_of_answer(const AnswerModel& model) const { return price_ * model.dispersion(); }

  double price_;
  double table_price_ = 0;
  std::optional<IndexTable> table_;  // at that price
};

}  // namespace zopo::optim
