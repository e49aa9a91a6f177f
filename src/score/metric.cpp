// The table of metrics and the reading of their options. Called by run when a task is loaded.

#include "zopo/score/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "metrics.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/dataset.h"

namespace zopo::score {
namespace {

using nlohmann::json;

struct Entry {
  const char* name;
  MetricMaker make;
};

const Entry kMetrics[] = {
    {"exact_match", make_exact_match},
    {"f1", make_f1},
    {"contains", make_contains},
    {"exact_set", make_exact_set},
    {"multiple_choice", make_multiple_choice},
    {"regex", make_regex},
    {"numeric", make_numeric},
    {"json", make_json},
    {"command", make_command},
    {"promptfoo", make_promptfoo},
};

}  // namespace

void Metric::check(std::span<const std::string>) const {}

std::optional<Metric::Alike> Metric::keep_apart(const std::vector<std::vector<std::string>>&,
                                                bool) {
  return std::nullopt;
}

std::vector<Metric::Verdict> Metric::score_all(std::span<const Case> cases) const {
  std::vector<Verdict> verdicts;
  for (const Case& one : cases)
    verdicts.push_back({score(one.answer, one.example->references), ""});
  return verdicts;
}

std::unique_ptr<Metric> make_metric(const std::string& name,
                                    std::span<const std::string> normalize,
                                    const nlohmann::json& options) {
  for (const Entry& entry : kMetrics) {
    if (name != entry.name) continue;
    MetricOptions reader(name, options);
    std::unique_ptr<Metric> metric = entry.make(Normalizer(normalize), reader);
    reader.finish();
    return metric;
  }
  const std::string advice = did_you_mean(name, known_metrics());
  throw Failure(ErrorKind::config, "Unknown metric \"" + name + "\". The metrics are " +
                                       join(known_metrics(), ", ") +
                                       (advice.empty() ? "." : advice));
}

std::vector<std::string> known_metrics() {
  std::vector<std::string> names;
  for (const Entry& entry : kMetrics) names.emplace_back(entry.name);
  return names;
}

std::vector<std::string> conventional_normalization(const std::string& metric) {
  if (metric == "f1") return {"case", "punctuation", "articles", "whitespace"};
  if (metric == "contains" || metric == "exact_set") {
    return {"instruction_induction", "case", "punctuation", "whitespace"};
  }
  return {"case", "punctuation", "whitespace"};
}

MetricOptions::MetricOptions(const std::string& metric, const json& options)
    : metric_(metric), options_(options) {
  if (!options.is_null() && !options.is_object()) {
    throw Failure(ErrorKind::config, "The options of metric \"" + metric + "\" are no object.");
  }
}

const json* MetricOptions::take(const char* name) {
  known_.emplace_back(name);
  const auto found = options_.is_object() ? options_.find(name) : options_.end();
  return found == options_.end() ? nullptr : &*found;
}

void MetricOptions::refuse(const char* name, const std::string& expected) const {
  throw Failure(ErrorKind::config,
                "The option \"" + std::string(name) + "\" of metric \"" + metric_ + "\" is " +
                    options_[name].dump(-1, ' ', false, json::error_handler_t::replace) +
                    ": expected " + expected + ".");
}

bool MetricOptions::flag(const char* name, bool fallback) {
  const json* value = take(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) refuse(name, "true or false");
  return value->get<bool>();
}

double MetricOptions::amount(const char* name, double fallback, double most) {
  const json* value = take(name);
  if (value == nullptr) return fallback;
  if (!value->is_number() || !(value->get<double>() >= 0 && value->get<double>() <= most)) {
    const bool bounded = most < std::numeric_limits<double>::max();
    refuse(name, bounded ? fmt::format("a number from 0 to {}", most) : "a number of at least 0");
  }
  return value->get<double>();
}

std::vector<std::string> MetricOptions::words(const char* name, std::vector<std::string> fallback) {
  const json* value = take(name);
  if (value == nullptr) return fallback;
  std::set<std::string> distinct;
  if (value->is_array()) {
    for (const json& word : *value) {
      if (word.is_string()) distinct.insert(word.get<std::string>());
    }
  }
  if (distinct.size() < 2 || distinct.contains("") || distinct.size() != value->size()) {
    refuse(name, "a list of at least two different texts, none of them empty");
  }
  return value->get<std::vector<std::string>>();
}

std::vector<std::string> MetricOptions::command(const char* name) {
  const json* value = take(name);
  const bool fits = value != nullptr && value->is_array() && !value->empty() &&
                    std::all_of(value->begin(), value->end(),
                                [](const json& word) { return word.is_string(); }) &&
                    !value->front().get<std::string>().empty();
  if (fits) return value->get<std::vector<std::string>>();
  if (value != nullptr) refuse(name, "a list: the program and its arguments");
  throw Failure(ErrorKind::config, "Metric \"" + metric_ + "\" needs the option \"" + name +
                                       "\": a list, the program and its arguments.");
}

std::string MetricOptions::text(const char* name, const std::string& fallback) {
  const json* value = take(name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) refuse(name, "a text");
  return value->get<std::string>();
}

void MetricOptions::finish() const {
  if (!options_.is_object()) return;
  for (const auto& [name, value] : options_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string advice = did_you_mean(name, known_);
    const std::string list =
        known_.empty() ? ". It has none." : ". It knows " + join(known_, ", ") + ".";
    throw Failure(ErrorKind::config, "Unknown option \"" + name + "\" of metric \"" + metric_ +
                                         "\"" + (advice.empty() ? list : advice));
  }
}

}  // namespace zopo::score
