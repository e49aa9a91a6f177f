#pragma once
// What a run's answers are in the words of its records.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "zopo/report/records.h"
#include "zopo/run/search_loop.h"
#include "zopo/run/stages.h"

namespace zopo::run {

// As "stopped" in result.json.
const char* stop_reason(const Error& error);
const char* stop_reason(const std::optional<optim::Stop>& stop);

// Examples of the search that have no answer now.
std::int64_t open_answers(const Board& board);
// As the endpoint named them.
std::set<std::string> models_of(const Board& board);

// Of all answers; borrows them.
std::vector<report::EvaluationRow> rows_of(const Inputs& inputs,
                                           const Answers& answers,
                                           const std::optional<Winner>& winner);

// scores.json: what the prompts tried came to on dev, as a landscape (data/landscape.h) that a
// later run's candidates.scores reads. Nothing where fewer than two have answers, or where
// demonstrations were part of them.
std::optional<std::string> scores_json(const Inputs& inputs,
                                       const Answers& answers,
                                       const std::string& task,
                                       const std::string& model);

}  // namespace zopo::run
