#pragma once
// What speaks against a winner whatever it was compared with: one answer to everything, no more
// than the most frequent answer scores.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/run/inputs.h"
#include "zopo/settings/settings.h"
#include "zopo/task/evaluator.h"

namespace zopo::run {

// Always giving the answer that dev expects most often.
struct MajorityAnswer {
  std::string answer;
  std::vector<double> scores;  // of it, on each example of a data set
};

// Nothing where no answer is expected twice, or where a judge or a program of the user's scores.
std::optional<MajorityAnswer> majority_answer(const settings::Settings& settings,
                                              const Inputs& inputs,
                                              const data::Dataset& scored);

// answers: of the winner to the examples of dataset. where: "the test". In whole sentences.
std::vector<std::string> doubts(const settings::Settings& settings,
                                const Inputs& inputs,
                                const data::Dataset& dataset,
                                std::span<const task::Answer> answers,
                                const std::string& where);

}  // namespace zopo::run
