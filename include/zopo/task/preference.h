#pragma once
// Preference as a measure: is a reply better than the baseline's to the same example? 1 yes, 0 no,
// .5 neither. Under the model of Bradley and Terry (Biometrika 39, 1952) the mean of a prompt is
// sigma(u - u_baseline), u its utility: the latent score that a search on the logistic scale
// models, with its variance. So comparisons feed the same search as any other outcome. Lin et al.,
// "Prompt Optimization with Human Feedback", arXiv 2405.17346, choose the opponent anew in each
// round; here it is the baseline's reply throughout, which keeps comparisons paired, and the
// requests few.

#include <map>
#include <memory>
#include <string>

#include "zopo/score/extract.h"
#include "zopo/task/judge.h"

namespace zopo::task {

// The baseline's reply to each example, or why there is none.
using Opponents = std::map<const data::Example*, Result<std::string>>;

enum class Orders {
  both,  // asked twice, the answers swapped; when the verdicts disagree, neither is better
  one,   // asked once, in an order drawn from the question
};

// Equal answers are not asked about. Without opponents every answer is the baseline's own: .5.
// extract: takes the baseline's answer out of its reply. Borrows everything but the rubric.
std::unique_ptr<Measure> measure_by_preference(llm::Chat& chat,
                                               Rubric rubric,
                                               Orders orders,
                                               const score::Extractor& extract,
                                               const Opponents* opponents);

}  // namespace zopo::task
