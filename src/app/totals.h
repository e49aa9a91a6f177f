#pragma once
// What answers came to: usage, and how many are missing or cut short.

#include <cstdint>
#include <optional>
#include <span>

#include "zopo/app/settings.h"
#include "zopo/report/run_result.h"
#include "zopo/task/evaluator.h"
#include "zopo/write/writer.h"

namespace zopo::app {

class Totals {
 public:
  void add(std::span<const task::Answer> answers);
  void add(const write::Batch& written);
  // With dollars where the prices are known, and apart the part of a judge, and of another model
  // that wrote the candidates, where there is one.
  report::RunUsage usage(const Settings& settings) const;
  // The model's own, without theirs.
  report::RunUsage model_usage(const Settings& settings) const;
  std::int64_t model_calls() const { return model_.calls; }
  std::int64_t errors() const { return errors_; }
  std::int64_t truncated() const { return truncated_; }

 private:
  task::Expense model_, judge_, writer_;
  std::int64_t errors_ = 0, truncated_ = 0;
};

}  // namespace zopo::app
