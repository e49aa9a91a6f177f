// A reply of any bytes through every extraction step and every metric: a score in [0, 1]. The first
// line is the reference, the rest the reply.

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "zopo/score/extract.h"
#include "zopo/score/metric.h"

namespace {

using zopo::score::Extractor;
using zopo::score::Metric;

std::vector<std::string> steps() {
  return {"strip_think", "first_line", "last_line",     "after::", "last_number",
          "gsm8k",       "boxed",      "regex:(a|b)*c", "json:/a"};
}

std::vector<std::unique_ptr<Metric>> metrics() {
  std::vector<std::unique_ptr<Metric>> all;
  for (const std::string& name : zopo::score::known_metrics()) {
    if (name == "regex") continue;    // its references are the user's patterns, not foreign bytes
    if (name == "command") continue;  // see metric_scores
    all.push_back(
        zopo::score::make_metric(name, zopo::score::conventional_normalization(name), {}));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::vector<std::string> references = {std::string(text.substr(0, line))};
  const std::string_view reply = text.substr(std::min(line + 1, text.size()));
  static const auto all_metrics = metrics();
  std::vector<std::string> answers = {std::string(reply)};
  for (const std::string& step : steps()) {
    answers.push_back(Extractor(std::vector<std::string>{step})(reply));
  }
  for (const auto& metric : all_metrics) {
    for (const std::string& answer : answers) {
      const double score = metric->score(answer, references);
      if (!(score >= 0 && score <= 1)) __builtin_trap();
    }
  }
  return 0;
}
