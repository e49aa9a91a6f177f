#pragma once
// The makers behind the registry in metric.cpp.

#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zopo/score/metric.h"
#include "zopo/score/normalize.h"

namespace zopo::score {

// The members of a metric's options, each read once; finish() refuses the rest.
class MetricOptions {
 public:
  // Throws Failure{config} unless options is null or an object. Both outlive this.
  MetricOptions(const std::string& metric, const nlohmann::json& options);

  bool flag(const char* name, bool fallback);
  // A finite number from 0 to most.
  double amount(const char* name,
                double fallback,
                double most = std::numeric_limits<double>::max());
  // A list of distinct words, none empty, at least two.
  std::vector<std::string> words(const char* name, std::vector<std::string> fallback);
  // A program and its arguments; required.
  std::vector<std::string> command(const char* name);
  std::string text(const char* name, const std::string& fallback);
  // Throws Failure{config} for a member that was never asked for, with the nearest that was.
  void finish() const;

 private:
  const nlohmann::json* take(const char* name);
  [[noreturn]] void refuse(const char* name, const std::string& expected) const;

  const std::string& metric_;
  const nlohmann::json& options_;
  std::vector<std::string> known_;
};

using MetricMaker = std::unique_ptr<Metric> (*)(const Normalizer&, MetricOptions&);

std::unique_ptr<Metric> make_exact_match(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_f1(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_contains(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_exact_set(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_multiple_choice(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_regex(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_numeric(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_json(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_command(const Normalizer&, MetricOptions&);
std::unique_ptr<Metric> make_promptfoo(const Normalizer&, MetricOptions&);

}  // namespace zopo::score
