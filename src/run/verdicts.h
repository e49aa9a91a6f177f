#pragma once
// What a run says of its winner: whether it replaces the prompt in use, and what speaks against it.

#include "zopo/report/run_result.h"
#include "zopo/run/inputs.h"
#include "zopo/run/stages.h"
#include "zopo/settings/settings.h"

namespace zopo::run {

// Requires a baseline, and best and baseline in result. Where the winner does not take over, best
// becomes the baseline and found the winner. A test that failed says nothing.
void settle(const settings::Settings& settings,
            const Inputs& inputs,
            const Answers& answers,
            const Winner& winner,
            report::RunResult& result);

// Warnings about the best prompt's answers to the test; without a baseline of the task's, the
// majority answer to compare with.
void add_doubts(const settings::Settings& settings,
                const Inputs& inputs,
                const Answers& answers,
                report::RunResult& result);

}  // namespace zopo::run
