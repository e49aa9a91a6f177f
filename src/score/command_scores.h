#pragma once
// What a metric's command says, as scores.

#include <string_view>
#include <vector>

#include "zopo/score/metric.h"

namespace zopo::score {

// A line {"id": n, "score": number in [0, 1]} or {"id": n, "error": "why"} for each case, n its
// place in the batch, in any order and with whatever else; "feedback" beside the score is a text.
// A case without such a line, with a line that says neither, or with two, is an error; the others
// keep their scores. Any bytes are accepted.
std::vector<Metric::Verdict> parse_scores(std::string_view output, std::size_t cases);

}  // namespace zopo::score
