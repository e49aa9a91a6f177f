#pragma once
// The files of a run that say what came of it.

#include <optional>
#include <string>

#include "zopo/report/run_result.h"
#include "zopo/run/stages.h"
#include "zopo/store/run_dir.h"

namespace zopo::run {

// result.json, evaluations.csv; scores.json where several prompts have answers, best_prompt.txt
// where there is a winner, rejected.jsonl where candidates were written. They depend on the run's
// inputs and answers alone, not on who paid.
void write_result_files(const store::RunDir& directory,
                        const report::RunResult& result,
                        const Inputs& inputs,
                        const Answers& answers,
                        const std::optional<Winner>& winner,
                        const std::string& model);

}  // namespace zopo::run
