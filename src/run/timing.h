#pragma once
// timing.json: what one process did for a run. Unlike result.json it depends on who paid.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zopo/llm/budget.h"
#include "zopo/run/optimize.h"

namespace zopo::run {

nlohmann::json timing_of(const OptimizeReport& report,
                         const std::map<std::string, llm::Spending>& by_role);

}  // namespace zopo::run
