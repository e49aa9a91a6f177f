#include "cli/thresholds.h"

#include <fmt/format.h>

#include "cli/flags.h"

namespace zopo::cli {

void Thresholds::add_to(CLI::App& command, const std::string& what, const std::string& against) {
  what_ = what;
  add_option(command, "--fail-under", fail_under_, "Exit 100 when the " + what + " is lower.");
  add_option(command, "--fail-under-bound", bound_,
             "What --fail-under holds: the mean, or the lower end of its 95 % interval.")
      ->check(CLI::IsMember({"mean", "lower"}));
  add_option(command, "--min-improvement", min_improvement_,
             "Exit 100 when the " + what + " is not that much above " + against + ".");
}

std::vector<report::Check> Thresholds::checks(
    const std::optional<report::Score>& score,
    const std::optional<task::PairedDifference>& difference) const {
  std::vector<report::Check> checks;
  if (fail_under_) {
    const char* bound = bound_ == "lower" ? " of the lower bound" : "";
    checks.push_back({fmt::format("--fail-under {}{}", *fail_under_, bound), under(score)});
  }
  if (min_improvement_)
    checks.push_back(
        {fmt::format("--min-improvement {}", *min_improvement_), too_small(difference)});
  return checks;
}

std::optional<std::string> Thresholds::missed(
    const std::optional<report::Score>& score,
    const std::optional<task::PairedDifference>& difference) const {
  for (const report::Check& check : checks(score, difference)) {
    if (check.missed) return check.missed;
  }
  return std::nullopt;
}

std::optional<std::string> Thresholds::under(const std::optional<report::Score>& score) const {
  if (!score) return "no " + what_ + " to hold against --fail-under";
  const bool lower = bound_ == "lower";
  const double figure = lower ? score->ci.low : score->score;
  if (figure >= *fail_under_) return std::nullopt;
  return fmt::format("the {} {} {:.4f} is under --fail-under {}",
                     lower ? "lower bound of the" : "mean", what_, figure, *fail_under_);
}

std::optional<std::string> Thresholds::too_small(
    const std::optional<task::PairedDifference>& difference) const {
  if (!difference) return "no difference to hold against --min-improvement";
  if (difference->value >= *min_improvement_) return std::nullopt;
  return fmt::format("the improvement of the {} {:.4f} is under --min-improvement {}", what_,
                     difference->value, *min_improvement_);
}

}  // namespace zopo::cli
