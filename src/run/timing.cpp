#include "run/timing.h"

#include <nlohmann/json.hpp>

namespace zopo::run {

nlohmann::json timing_of(const OptimizeReport& report,
                         const std::map<std::string, llm::Spending>& by_role) {
  nlohmann::json roles = nlohmann::json::object();
  for (const auto& [role, spent] : by_role) {
    const llm::Amount& paid = spent.paid;
    roles[role] = {{"calls_paid", paid.calls},
                   {"calls_cached", spent.calls_cached},
                   {"calls_asked_again", spent.asked_again.calls},
                   {"calls_lost", spent.lost.calls},
                   {"tokens_lost", spent.lost.tokens()},
                   {"calls_unused", spent.unused.calls},
                   {"prompt_tokens_paid", paid.usage.prompt_tokens},
                   {"completion_tokens_paid", paid.usage.completion_tokens}};
    if (spent.is_priced) roles[role]["usd_paid"] = paid.usd();
  }
  return {{"by_role", roles},
          {"calls_paid", report.calls_paid},
          {"calls_cached", report.calls_cached},
          {"calls_lost", report.calls_lost},
          {"seconds", report.seconds}};
}

}  // namespace zopo::run
