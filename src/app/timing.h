#pragma once
// timing.json: what one process did for a run. Unlike result.json it depends on who paid.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zopo/app/optimize.h"
#include "zopo/llm/budget.h"

namespace zopo::app {

nlohmann::json timing_of(const OptimizeReport& report,
                         const std::map<std::string, llm::Spending>& by_role);

}  // namespace zopo::app
