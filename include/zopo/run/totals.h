#pragma once
// What answers came to: usage, and how many are missing or cut short.

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "zopo/llm/budget.h"
#include "zopo/report/run_result.h"
#include "zopo/settings/settings.h"
#include "zopo/task/evaluator.h"

namespace zopo::run {

class Totals {
 public:
  void add(std::span<const task::Answer> answers);
  // The model's own, without a judge's: with dollars where the price is known.
  report::RunUsage model_usage(const settings::Settings& settings) const;
  std::int64_t model_calls() const { return model_.calls; }
  std::int64_t errors() const { return errors_; }
  std::int64_t truncated() const { return truncated_; }

 private:
  task::Expense model_;
  std::int64_t errors_ = 0, truncated_ = 0;
};

// All that was charged, role by role, answers that came to nothing among it; with dollars where the
// prices are known, and apart the part of a judge, and of another model that wrote the candidates,
// where there is one.
report::RunUsage usage_of_roles(const settings::Settings& settings,
                                const std::map<std::string, llm::Spending>& spending);

}  // namespace zopo::run
