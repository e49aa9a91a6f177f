#pragma once
// What answers came to: usage, and how many are missing or cut short.

#include <cstdint>
#include <optional>
#include <span>

#include "zopo/app/settings.h"
#include "zopo/report/run_result.h"
#include "zopo/task/evaluator.h"
#include "zopo/task/generate.h"

namespace zopo::app {

class Totals {
 public:
  void add(std::span<const task::Answer> answers);
  void add(const task::Generation& made);
  // With dollars where the price is known.
  report::RunUsage usage(const std::optional<Price>& price) const;
  std::int64_t errors() const { return errors_; }
  std::int64_t truncated() const { return truncated_; }

 private:
  report::RunUsage usage_;
  std::int64_t cached_tokens_ = 0, errors_ = 0, truncated_ = 0;
};

}  // namespace zopo::app
