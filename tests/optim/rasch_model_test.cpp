#include "optim/rasch_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "zopo/base/random.h"

namespace zopo::optim {
namespace {

constexpr std::size_t kPrompts = 80;
constexpr std::int64_t kQuestions = 60;

// Abilities and eases drawn from the model, and answers of every prompt to two examples of three.
struct SimulatedExam {
  std::vector<double> abilities;
  Vector eases = Vector::Zero(kQuestions);
  RaschModel model{kQuestions, true};

  SimulatedExam() {
    Rng rng(7, "exam");
    for (std::size_t i = 0; i < kPrompts; ++i) abilities.push_back(0.5 + rng.normal());
    for (double& ease : eases) ease = 1.5 * rng.normal();
    for (std::size_t i = 0; i < kPrompts; ++i) {
      for (std::int64_t j = 0; j < kQuestions; ++j) {
        if (rng.below(3) == 0) continue;
        const double p = 1 / (1 + std::exp(-(abilities[i] + eases(j))));
        model.add(i, j, rng.uniform() < p ? 1 : 0);
      }
    }
    for (int i = 0; i < 5; ++i) model.fit();
  }
};

TEST(RaschModel, RecoversTheAbilitiesThatTheAnswersCameFrom) {
  const SimulatedExam exam;
  double squares = 0, expected = 0;
  for (std::size_t i = 0; i < kPrompts; ++i) {
    squares +=
        std::pow(exam.model.ability(i) - exam.abilities[i] - (exam.model.prior_mean() - 0.5), 2);
    expected += 1 / exam.model.precision(i);
  }
  // No further off than the model itself says.
  EXPECT_LT(squares / kPrompts, 1.5 * expected / kPrompts);
  EXPECT_LT(squares / kPrompts, 0.2);  // of a variance of 1
}

TEST(RaschModel, RecoversHowEasyTheExamplesAre) {
  const SimulatedExam exam;
  double product = 0, own = 0, other = 0;
  for (std::int64_t j = 0; j < kQuestions; ++j) {
    product += exam.model.ease(j) * exam.eases(j);
    own += exam.model.ease(j) * exam.model.ease(j);
    other += exam.eases(j) * exam.eases(j);
  }
  EXPECT_GT(product / std::sqrt(own * other), 0.95);
}

// Forty prompts say that the first ten examples are easy and the last ten hard.
RaschModel easy_and_hard(bool effects) {
  RaschModel model(20, effects);
  for (std::size_t i = 0; i < 40; ++i) {
    for (std::int64_t j = 0; j < 20; ++j)
      model.add(i, j, (j < 10) == ((i + static_cast<std::size_t>(j)) % 10 != 0) ? 1 : 0);
  }
  for (std::int64_t j = 0; j < 10; ++j) model.add(40, j, j < 7 ? 1 : 0);    // 7 easy ones
  for (std::int64_t j = 10; j < 20; ++j) model.add(41, j, j < 16 ? 1 : 0);  // 6 hard ones
  for (int i = 0; i < 5; ++i) model.fit();
  return model;
}

TEST(RaschModel, ComparesPromptsOnUnequalExamples) {
  const RaschModel model = easy_and_hard(true), alike = easy_and_hard(false);
  EXPECT_GT(model.ability(41), model.ability(40) + 0.5);
  EXPECT_LT(alike.ability(41), alike.ability(40));
}

}  // namespace
}  // namespace zopo::optim
