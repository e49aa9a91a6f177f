#pragma once
// --fail-under, --fail-under-bound and --min-improvement: when a result does not pass (exit 100).

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/report/export.h"
#include "zopo/report/run_result.h"
#include "zopo/task/statistics.h"

namespace zopo::cli {

class Thresholds {
 public:
  // what: "test score"; against: "the baseline's".
  void add_to(CLI::App& command, const std::string& what, const std::string& against);
  bool any() const { return fail_under_ || min_improvement_; }
  // Each threshold given, and why the result does not pass it where it does not. A figure that is
  // missing does not pass.
  std::vector<report::Check> checks(const std::optional<report::Score>& score,
                                    const std::optional<task::PairedDifference>& difference) const;
  // Why the first one is missed.
  std::optional<std::string> missed(const std::optional<report::Score>& score,
                                    const std::optional<task::PairedDifference>& difference) const;

 private:
  std::optional<std::string> under(const std::optional<report::Score>& score) const;
  std::optional<std::string> too_small(
      const std::optional<task::PairedDifference>& difference) const;

  std::optional<double> fail_under_, min_improvement_;
  std::string bound_ = "mean", what_;
};

}  // namespace zopo::cli
