#include "run/metric_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/score/metric.h"

namespace zopo::run {
namespace {

using nlohmann::json;

bool has_assertions(const data::Splits& splits) {
  const auto all = [](const data::Dataset& dataset) {
    return std::all_of(dataset.examples.begin(), dataset.examples.end(),
                       [](const data::Example& one) { return !one.assertions.empty(); });
  };
  return all(splits.dev) && all(splits.test);
}

// Is metric what the type of every assertion is called here?
bool means_assertions(const std::string& metric, const data::Dataset& dataset) {
  const auto fits = [&](const std::string& type) {
    if (metric == "contains") return type.starts_with("contains") || type.starts_with("icontains");
    return (metric == "exact_match" && type == "equals") || (metric == "regex" && type == "regex");
  };
  return std::all_of(
      dataset.examples.begin(), dataset.examples.end(), [&](const data::Example& example) {
        const json list = json::parse(example.assertions)["assert"];
        return std::all_of(list.begin(), list.end(),
                           [&](const json& one) { return fits(one.value("type", "")); });
      });
}

// The metric that the data ask for, where the user named none or the same in zopo's words; or none.
std::string metric_of_data(const settings::MetricSettings& one, const data::Splits& splits) {
  const bool own = has_assertions(splits);
  if (!one.is_named && own) return "promptfoo";
  if (own && !one.is_normalize_named && one.options.empty() &&
      means_assertions(one.name, splits.dev) && means_assertions(one.name, splits.test))
    return "promptfoo";
  const bool objects = splits.dev.has_objects || splits.test.has_objects;
  return !one.is_named && !one.is_normalize_named && objects ? "json" : "";
}

void warn_of_metric(const settings::MetricSettings& one,
                    const data::Splits& splits,
                    std::vector<std::string>& warnings) {
  if (!one.is_named || one.is_graded() || one.is_compared() || one.name == "command") return;
  if (one.name == "promptfoo" && !has_assertions(splits)) {
    throw Failure(ErrorKind::config,
                  "/metric/name: metric promptfoo scores promptfoo's test cases, and these are "
                  "none. Name another one.");
  }
  if (one.name != "promptfoo" && has_assertions(splits)) {
    warnings.push_back(
        fmt::format("metric {} compares with the values of promptfoo's assertions; their own types "
                    "decide where "
                    "\"metric\".\"name\" is left out or \"promptfoo\"",
                    one.name));
  }
  if (one.name != "json" && splits.dev.has_objects) {
    warnings.push_back(
        fmt::format("outputs are JSON objects, which metric {} compares as text; set "
                    "\"metric\".\"name\" to \"json\"",
                    one.name));
  }
}

std::vector<std::vector<std::string>> references_of(const data::Splits& splits) {
  std::vector<std::vector<std::string>> references;
  for (const data::Dataset* side : {&splits.train, &splits.dev, &splits.test}) {
    for (const data::Example& example : side->examples) references.push_back(example.references);
  }
  return references;
}

// What the user names is what compares; the default gives way where it would score wrong answers.
void keep_apart(const settings::MetricSettings& one,
                const data::Splits& splits,
                LoadedMetric& loaded,
                std::vector<std::string>& warnings) {
  const bool named = one.is_normalize_named;
  const auto alike = loaded.metric->keep_apart(references_of(splits), named);
  if (!alike) return;
  const std::string count = alike->groups > 1 ? fmt::format(" ({} groups)", alike->groups) : "";
  if (alike->second.empty()) {
    warnings.push_back(
        fmt::format("normalisation leaves nothing of the reference {:?}{}: such are "
                    "compared with case and white space folded alone",
                    alike->first, count));
  } else if (named) {
    warnings.push_back(
        fmt::format("metric.normalize makes references the same, such as {:?} and "
                    "{:?}{}: either answer scores for both. Name fewer steps, or "
                    "leave it out to keep them apart",
                    alike->first, alike->second, count));
  } else {
    loaded.keeps_apart = true;
    warnings.push_back(
        fmt::format("normalisation would make references the same, such as {:?} and "
                    "{:?}{}: they are compared by as much of it as keeps them "
                    "apart. Name metric.normalize to have its steps throughout",
                    alike->first, alike->second, count));
  }
}

void refuse_empty_reference(const LoadedMetric& one, const data::Example& example) {
  if (one.name == "command" || one.name == "promptfoo") return;
  for (const std::string& reference : example.references) {
    if (!trim(reference).empty()) continue;
    throw Failure(ErrorKind::data,
                  "an expected output is empty, so no answer could be told from "
                  "none. Give it a text or remove the record.");
  }
}

}  // namespace

std::vector<LoadedMetric> load_metrics(const std::vector<settings::MetricSettings>& settings,
                                       const data::Splits& splits,
                                       std::vector<std::string>& warnings) {
  std::vector<LoadedMetric> metrics;
  for (const settings::MetricSettings& one : settings) {
    metrics.push_back({score::Extractor(one.extract), nullptr, one.name});
    if (const std::string better = metric_of_data(one, splits); !better.empty()) {
      metrics.back().metric = score::make_metric(better, {}, one.options);
      metrics.back().name = better;
      if (one.is_named && one.name != better)
        warnings.push_back(
            fmt::format("metric {} is decided by promptfoo's own assertions of that "
                        "type, as promptfoo does; set metric.normalize to compare as "
                        "zopo does",
                        one.name));
      continue;
    }
    warn_of_metric(one, splits, warnings);
    if (one.is_graded() || one.is_compared()) {
      if (!one.options.empty())
        throw Failure(ErrorKind::config, "Metric " + one.name + " has no \"options\".");
    } else {
      metrics.back().metric = score::make_metric(one.name, one.normalize, one.options);
      keep_apart(one, splits, metrics.back(), warnings);
    }
  }
  return metrics;
}

void refuse_hopeless_references(const Inputs& inputs) {
  const auto check = [&](const data::Dataset& dataset, const char* side) {
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
      try {
        for (const LoadedMetric& one : inputs.metrics) {
          if (!one.metric) continue;
          refuse_empty_reference(one, dataset.examples[i]);
          one.metric->check(dataset.examples[i].references);
        }
      } catch (const Failure& failure) {
        throw Failure(
            failure.kind(),
            fmt::format("/data: {}: example {} of {} ({:?}): {}", dataset.examples[i].where, i + 1,
                        side, beginning(dataset.examples[i].input, 60), failure.what()));
      }
    }
  };
  check(inputs.splits.dev, "dev");
  check(inputs.splits.test, "test");
}

}  // namespace zopo::run
