// Metrics that read a value out of both texts: numbers, JSON, and patterns.

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "loose_json.h"
#include "metrics.h"
#include "zopo/base/error.h"
#include "zopo/base/number.h"
#include "zopo/base/pattern.h"
#include "zopo/base/text.h"

namespace zopo::score {
namespace {

using nlohmann::json;

[[noreturn]] void refuse_reference(const std::string& reference, const std::string& why) {
  throw Failure(ErrorKind::data, "The reference \"" + make_valid_utf8(reference) + "\" " + why);
}

class NumericMetric : public Metric {
 public:
  NumericMetric(double tolerance, double relative) : tolerance_(tolerance), relative_(relative) {}

  double score(std::string_view answer, std::span<const std::string> references) const override {
    const std::optional<double> given = single_number(answer);
    if (!given) return 0;
    return std::any_of(references.begin(), references.end(),
                       [&](const std::string& reference) { return is_near(*given, reference); })
               ? 1
               : 0;
  }
  bool is_binary() const override { return true; }

  void check(std::span<const std::string> references) const override {
    for (const std::string& reference : references) {
      if (!single_number(reference)) {
        refuse_reference(reference,
                         "does not hold exactly one number, which metric \"numeric\" needs.");
      }
    }
  }

 private:
  bool is_near(double given, const std::string& reference) const {
    const std::optional<double> wanted = single_number(reference);
    return wanted &&
           std::abs(given - *wanted) <= std::max(tolerance_, relative_ * std::abs(*wanted));
  }

  double tolerance_, relative_;
};

class JsonMetric : public Metric {
 public:
  double score(std::string_view answer, std::span<const std::string> references) const override {
    const std::optional<json> given = json_in(answer);
    if (!given) return 0;
    return std::any_of(references.begin(), references.end(),
                       [&](const std::string& reference) { return given == json_in(reference); })
               ? 1
               : 0;
  }
  bool is_binary() const override { return true; }

  void check(std::span<const std::string> references) const override {
    for (const std::string& reference : references) {
      if (!json_in(reference)) {
        refuse_reference(reference, "is not JSON, which metric \"json\" needs.");
      }
    }
  }
};

class RegexMetric : public Metric {
 public:
  explicit RegexMetric(bool full) : full_(full) {}

  double score(std::string_view answer, std::span<const std::string> references) const override {
    return std::any_of(references.begin(), references.end(),
                       [&](const std::string& pattern) { return matches(answer, pattern); })
               ? 1
               : 0;
  }
  bool is_binary() const override { return true; }

  void check(std::span<const std::string> references) const override {
    for (const std::string& pattern : references) compiled(pattern);
  }

 private:
  bool matches(std::string_view answer, const std::string& pattern) const {
    const auto regex = compiled(pattern);
    return full_ ? re2::RE2::FullMatch(piece(answer), *regex)
                 : re2::RE2::PartialMatch(piece(answer), *regex);
  }

  // Patterns are few and used again for every prompt.
  std::shared_ptr<const re2::RE2> compiled(const std::string& pattern) const {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const re2::RE2>& slot = cache_[pattern];
    try {
      if (!slot) slot = compile_pattern(pattern);
    } catch (const Failure& failure) {
      throw Failure(ErrorKind::data, "A reference of metric \"regex\" is no pattern. " +
                                         std::string(failure.what()));
    }
    return slot;
  }

  bool full_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const re2::RE2>> cache_;
};

}  // namespace

std::unique_ptr<Metric> make_numeric(const Normalizer&, MetricOptions& options) {
  const double tolerance = options.amount("tolerance", 0);
  return std::make_unique<NumericMetric>(tolerance, options.amount("relative", 0));
}
std::unique_ptr<Metric> make_json(const Normalizer&, MetricOptions&) {
  return std::make_unique<JsonMetric>();
}
std::unique_ptr<Metric> make_regex(const Normalizer&, MetricOptions& options) {
  return std::make_unique<RegexMetric>(options.flag("full", false));
}

}  // namespace zopo::score
