#include "zopo/app/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zopo/base/hash.h"
#include "zopo/base/random.h"
#include "zopo/data/candidates.h"
#include "zopo/task/leak.h"

namespace zopo::app {
namespace {

using nlohmann::json;

data::Splits load_splits(const DataSettings& settings) {
  const data::FieldMap fields{settings.input_field, settings.output_field};
  data::Splits splits;
  const auto load = [&](const std::optional<std::filesystem::path>& file, data::Dataset& side) {
    if (file) side = data::load_dataset(*file, fields);
  };
  if (settings.split) {
    const DataSettings::Split& split = *settings.split;
    const data::Dataset whole =
        data::load_dataset(settings.file ? *settings.file : *settings.train, fields);
    splits = data::split_dataset(whole,
                                 {split.train, split.dev, split.test, split.seed, split.stratify});
    load(settings.test, splits.test);
    return splits;
  }
  load(settings.train, splits.train);
  load(settings.dev, splits.dev);
  load(settings.test, splits.test);
  return splits;
}

void refuse_overlaps(const data::Splits& splits) {
  const std::vector<data::Overlap> overlaps = data::find_overlaps(splits);
  if (overlaps.empty()) return;
  throw Failure(ErrorKind::data, fmt::format("/data: {} example(s) stand on two sides, which would "
                                             "make the test dishonest; the first is "
                                             "{:?} in {}. Remove it from one of them.",
                                             overlaps.size(), overlaps.front().input.substr(0, 80),
                                             overlaps.front().where));
}

std::set<std::string> shared_fields(const data::Splits& splits) {
  std::vector<data::Example> all = splits.dev.examples;
  all.insert(all.end(), splits.test.examples.begin(), splits.test.examples.end());
  return task::common_fields(all);
}

json to_json(const data::Dataset& dataset) {
  json rows = json::array();
  for (const data::Example& example : dataset.examples) {
    rows.push_back({example.input, example.references, example.fields});
  }
  return rows;
}

std::string json_hash(const json& value) {
  return sha256_hex(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

void warn_of_duplicates(const data::Candidates& candidates, std::vector<std::string>& warnings) {
  const auto report = [&](const std::vector<std::vector<std::size_t>>& groups, const char* what) {
    if (groups.empty()) return;
    warnings.push_back(fmt::format(
        "{} group(s) of candidates are {}; the first: lines {} and {} ({:?})", groups.size(), what,
        groups[0][0] + 1, groups[0][1] + 1, candidates.prompts[groups[0][0]].substr(0, 60)));
  };
  report(candidates.exact_duplicates, "the same text");
  report(candidates.normalized_duplicates, "equal but for case, punctuation and white space");
}

void warn_of_leaks(const std::vector<std::string>& prompts,
                   const Inputs& inputs,
                   std::vector<std::string>& warnings) {
  const auto report = [&](const data::Dataset& dataset, const char* side) {
    const task::LeakCheck check(dataset, side);
    std::size_t leaking = 0;
    std::string first;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      const std::optional<std::string> leak = check(prompts[i]);
      if (leak && leaking++ == 0) first = fmt::format("candidate {}: {}", i, *leak);
    }
    if (leaking > 0)
      warnings.push_back(
          fmt::format("{} candidate(s) hold answers of {} examples; {}", leaking, side, first));
  };
  report(inputs.splits.dev, "dev");
  report(inputs.splits.test, "test");
}

// Demonstrations are never scored: without examples for them, some of dev's become train.
void split_off_train(const Settings& settings,
                     data::Splits& splits,
                     std::vector<std::string>& warnings) {
  constexpr std::int64_t kMost = 20;
  std::vector<data::Example>& dev = splits.dev.examples;
  const auto n = static_cast<std::int64_t>(dev.size());
  const auto& generate = settings.candidates.generate;
  const std::int64_t shown = generate ? generate->demonstrations : 1;
  const std::int64_t wanted = std::max(shown, n / 5);
  const std::int64_t taken = std::min({wanted, kMost, n / 2});
  if (taken == 0) {
    throw Failure(ErrorKind::config,
                  "/candidates: there is nothing to make candidates from: no train examples, "
                  "and dev has too few to give some away. Add \"data\".\"train\", or name "
                  "\"candidates\".\"file\".");
  }
  std::vector<std::int64_t> chosen = Rng(settings.optimizer.seed, "train").sample(n, taken);
  std::sort(chosen.begin(), chosen.end());
  std::vector<data::Example> rest;
  for (std::int64_t i = 0; i < n; ++i) {
    const bool is_chosen = std::binary_search(chosen.begin(), chosen.end(), i);
    (is_chosen ? splits.train.examples : rest)
        .push_back(std::move(dev[static_cast<std::size_t>(i)]));
  }
  dev = std::move(rest);
  warnings.push_back(fmt::format(
      "no train examples: {} of the {} dev examples were split off to make candidates from; the "
      "search scores on the other {}",
      taken, n, n - taken));
}

std::vector<LoadedMetric> load_metrics(const std::vector<MetricSettings>& settings) {
  std::vector<LoadedMetric> metrics;
  for (const MetricSettings& one : settings) {
    metrics.push_back({data::Extractor(one.extract), nullptr});
    if (one.is_graded() || one.is_compared()) {
      if (!one.options.empty())
        throw Failure(ErrorKind::config, "Metric " + one.name + " has no \"options\".");
    } else {
      metrics.back().metric = data::make_metric(one.name, one.normalize, one.options);
    }
  }
  return metrics;
}

// Every score of such an example would be 0, whatever the prompt.
void refuse_hopeless_references(const Inputs& inputs) {
  const auto check = [&](const data::Dataset& dataset, const char* side) {
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
      try {
        for (const LoadedMetric& one : inputs.metrics) {
          if (one.metric) one.metric->check(dataset.examples[i].references);
        }
      } catch (const Failure& failure) {
        throw Failure(failure.kind(),
                      fmt::format("/data: example {} of {} ({:?}): {}", i + 1, side,
                                  dataset.examples[i].input.substr(0, 60), failure.what()));
      }
    }
  };
  check(inputs.splits.dev, "dev");
  check(inputs.splits.test, "test");
}

std::optional<task::ExemplarFormat> exemplar_format(const Settings& settings,
                                                    const data::Dataset& train) {
  if (!settings.candidates.exemplars) return std::nullopt;
  const CandidateSettings::Exemplars& wanted = *settings.candidates.exemplars;
  const auto there = static_cast<std::int64_t>(train.examples.size());
  if (there < wanted.count) {
    throw Failure(ErrorKind::config,
                  fmt::format("/candidates/exemplars/count: {} demonstrations asked for, but train "
                              "has {} example(s). Lower it or add examples.",
                              wanted.count, there));
  }
  return task::ExemplarFormat(wanted.format, task::common_fields(train.examples));
}

// The baseline is reworded too.
std::vector<std::string> seeds_of(const Settings& settings) {
  if (!settings.candidates.generate) return {};
  std::vector<std::string> seeds;
  if (settings.candidates.generate->seeds)
    seeds = data::load_candidates(*settings.candidates.generate->seeds).prompts;
  if (settings.baseline) seeds.push_back(*settings.baseline);
  return seeds;
}

}  // namespace

std::int64_t expected_candidates(const Settings& settings, const Inputs& inputs) {
  const auto there = static_cast<std::int64_t>(inputs.candidates.size());
  if (there > 0 || !settings.candidates.generate) return there;
  const auto& exemplars = settings.candidates.exemplars;
  return exemplars ? exemplars->sample : settings.candidates.generate->count;
}

void set_instructions(const Settings& settings,
                      const std::vector<std::string>& instructions,
                      Inputs& inputs) {
  if (!inputs.exemplars || instructions.empty()) {
    inputs.candidates.assign(instructions.begin(), instructions.end());
    return;
  }
  const CandidateSettings::Exemplars& wanted = *settings.candidates.exemplars;
  inputs.candidates = task::sample_candidates(
      instructions, inputs.splits.train, *inputs.exemplars,
      {.count = wanted.count, .sample = wanted.sample, .seed = settings.optimizer.seed});
}

Inputs load_inputs(const Settings& settings) {
  data::Splits splits = load_splits(settings.data);
  refuse_overlaps(splits);
  std::vector<std::string> warnings;
  const bool needs_train = settings.candidates.generate || settings.candidates.exemplars;
  if (needs_train && splits.train.examples.empty()) split_off_train(settings, splits, warnings);
  data::Candidates candidates;
  if (settings.candidates.file) candidates = data::load_candidates(*settings.candidates.file);
  if (settings.candidates.exemplars && settings.candidates.exemplars->baseline_only)
    candidates.prompts = {*settings.baseline};
  task::PromptTemplate prompt(settings.messages, shared_fields(splits),
                              settings.candidates.exemplars.has_value());
  auto exemplars = exemplar_format(settings, splits.train);
  Inputs inputs{std::move(splits),
                {},
                std::move(exemplars),
                seeds_of(settings),
                std::nullopt,
                std::move(prompt),
                load_metrics(settings.metrics),
                "",
                "",
                std::move(warnings)};
  refuse_hopeless_references(inputs);
  inputs.data_hash = json_hash(
      {to_json(inputs.splits.train), to_json(inputs.splits.dev), to_json(inputs.splits.test)});
  inputs.candidates_hash =
      settings.candidates.file ? json_hash(candidates.prompts) : json_hash(inputs.seeds);
  warn_of_duplicates(candidates, inputs.warnings);
  warn_of_leaks(candidates.prompts, inputs, inputs.warnings);
  set_instructions(settings, candidates.prompts, inputs);
  if (settings.llm.temperature.value_or(1) > 0 && settings.evaluation.repeats == 1) {
    inputs.warnings.emplace_back(
        "temperature > 0 with one repeat: every score holds the luck of one sample; set "
        "evaluation.repeats");
  }
  return inputs;
}

}  // namespace zopo::app
