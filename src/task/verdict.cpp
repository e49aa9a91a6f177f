// Decides whether the prompt found should be used, and how that is said. Called by run at its
// end.

#include "zopo/task/verdict.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>

namespace zopo::task {
namespace {

constexpr double kEnoughWithTest = 0.9, kEnoughOnDev = 0.95;

// Mean difference and the variance of the mean; one imagined pair that differs, so that no
// difference is certain.
struct Evidence {
  double mean = 0, precision = 0;
};

Evidence evidence_of(const PairedScores& scores) {
  assert(scores.found.size() == scores.in_use.size());
  const auto n = static_cast<double>(scores.found.size());
  if (n == 0) return {};
  double sum = 0, squares = 1;
  for (std::size_t i = 0; i < scores.found.size(); ++i) {
    const double difference = scores.found[i] - scores.in_use[i];
    sum += difference;
    squares += difference * difference;
  }
  return {sum / n, n * n / squares};
}

double probability_above_zero(const Evidence& a, const Evidence& b) {
  const double precision = a.precision + b.precision;
  if (precision == 0) return 0.5;
  const double z = (a.mean * a.precision + b.mean * b.precision) / std::sqrt(precision);
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

}  // namespace

Decision decide(const PairedScores& dev, const PairedScores& test) {
  const Evidence on_dev = evidence_of(dev), on_test = evidence_of(test);
  Decision decision;
  decision.probability = probability_above_zero(on_dev, on_test);
  if (test.found.empty()) {
    decision.takes_over = decision.probability >= kEnoughOnDev;
    return decision;
  }
  const PairedDifference difference = paired_difference(test.found, test.in_use);
  if (difference.significant && difference.value > 0) {
    decision.verdict = Verdict::better;
    decision.takes_over = true;
  } else if (difference.ci.high < 0 || (difference.significant && difference.value < 0)) {
    decision.verdict = Verdict::keep;
  } else {
    decision.verdict = Verdict::not_shown;
    decision.takes_over = on_test.mean > 0 && decision.probability >= kEnoughWithTest;
  }
  return decision;
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "better";
    case Verdict::not_shown:
      return "not_shown";
    case Verdict::keep:
      return "keep";
    case Verdict::in_use:
      return "in_use";
    case Verdict::tie:
      return "tie";
    case Verdict::untested:
      return "untested";
  }
  return "";
}

std::string words_of(const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::better:
      return "better than your prompt";
    case Verdict::not_shown:
      if (!decision.takes_over) return "not shown to be better than your prompt: keep your prompt";
      return fmt::format("not shown to be better than your prompt; better with probability {:.2f}",
                         decision.probability);
    case Verdict::keep:
      return "worse than your prompt on the test: keep your prompt";
    case Verdict::in_use:
      return "nothing better than your prompt was found: keep your prompt";
    case Verdict::tie:
      return "as good as your prompt within evaluation.tie_tolerance, and shorter or cheaper";
    case Verdict::untested:
      break;
  }
  return decision.takes_over ? "not tested; on dev better than your prompt"
                             : "not tested, and not shown to be better on dev: keep your prompt";
}

}  // namespace zopo::task
