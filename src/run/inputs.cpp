#include "zopo/run/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "run/data_inputs.h"
#include "run/metric_inputs.h"
#include "zopo/base/hash.h"
#include "zopo/base/random.h"
#include "zopo/data/candidates.h"
#include "zopo/run/writing.h"
#include "zopo/run/written_files.h"
#include "zopo/score/normalize.h"
#include "zopo/task/leak.h"

namespace zopo::run {
namespace {

using nlohmann::json;

json to_json(const data::Dataset& dataset) {
  json rows = json::array();
  for (const data::Example& example : dataset.examples) {
    rows.push_back({example.input, example.references, example.fields});
    if (!example.assertions.empty()) rows.back().push_back(example.assertions);
  }
  return rows;
}

std::string json_hash(const json& value) {
  return sha256_hex(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string candidates_hash(const std::vector<std::string>& prompts,
                            const std::vector<data::ScoredPrompts>& scored) {
  if (scored.empty()) return json_hash(prompts);
  json known = json::array();
  for (const data::ScoredPrompts& one : scored)
    known.push_back({one.prompts, one.scores, one.answers});
  return json_hash({prompts, known});
}

// Candidates that are written later may be known all the same.
void warn_of_unknown(const settings::Settings& settings, Inputs& inputs) {
  if (inputs.scored.empty() || settings.candidates.write || known_scores(inputs).size() > 0) return;
  inputs.warnings.push_back(fmt::format(
      "candidates.scores tells none of the {} candidates from another: the files hold scores of "
      "other prompts, or too few answers",
      inputs.candidates.size()));
}

void warn_of_duplicates(const std::vector<std::string>& prompts,
                        std::vector<std::string>& warnings) {
  const auto report = [&](const data::CandidateGroups& groups, const char* what) {
    if (groups.empty()) return;
    warnings.push_back(fmt::format(
        "{} group(s) of candidates are {}; the first: lines {} and {} ({:?})", groups.size(), what,
        groups[0][0] + 1, groups[0][1] + 1, prompts[groups[0][0]].substr(0, 60)));
  };
  const score::Normalizer normalize(std::vector<std::string>{"case", "punctuation", "whitespace"});
  report(data::equal_candidates(prompts), "the same text");
  report(data::alike_candidates(prompts, normalize),
         "equal but for case, punctuation and white space");
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

// Every output in its turn, so that none is missing that could be there; sorted.
std::vector<std::int64_t> drawn_evenly(const std::vector<data::Example>& examples,
                                       std::int64_t count,
                                       std::uint64_t seed) {
  const auto n = static_cast<std::int64_t>(examples.size());
  std::map<std::string, std::int64_t> met;
  std::vector<std::pair<std::int64_t, std::int64_t>> by_turn;  // of its output, place in the draw
  const std::vector<std::int64_t> order = Rng(seed, "train").sample(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    const data::Example& example =
        examples[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
    by_turn.emplace_back(met[example.references.front()]++, i);
  }
  std::sort(by_turn.begin(), by_turn.end());
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i)
    chosen.push_back(order[static_cast<std::size_t>(by_turn[static_cast<std::size_t>(i)].second)]);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

// Demonstrations are never scored: without examples for them, some of dev's become train.
void split_off_train(const settings::Settings& settings,
                     data::Splits& splits,
                     std::vector<std::string>& warnings) {
  constexpr std::int64_t kMost = 20;
  std::vector<data::Example>& dev = splits.dev.examples;
  const auto n = static_cast<std::int64_t>(dev.size());
  const auto& write = settings.candidates.write;
  const std::int64_t shown = write ? write->demonstrations : 1;
  const std::int64_t wanted = std::max(shown, n / 5);
  const std::int64_t taken = std::min({wanted, kMost, n / 2});
  if (taken == 0) {
    throw Failure(ErrorKind::config,
                  "/candidates: there is nothing to write candidates from: no train examples, "
                  "and dev has too few to give some away. Add \"data\".\"train\", or name "
                  "\"candidates\".\"file\".");
  }
  const std::vector<std::int64_t> chosen = drawn_evenly(dev, taken, settings.optimizer.seed);
  std::vector<data::Example> rest;
  for (std::int64_t i = 0; i < n; ++i) {
    const bool is_chosen = std::binary_search(chosen.begin(), chosen.end(), i);
    (is_chosen ? splits.train.examples : rest)
        .push_back(std::move(dev[static_cast<std::size_t>(i)]));
  }
  dev = std::move(rest);
  warnings.push_back(fmt::format(
      "no train examples: {} of the {} dev examples were split off to write candidates from; the "
      "search scores on the other {}",
      taken, n, n - taken));
}

std::optional<task::ExemplarFormat> exemplar_format(const settings::Settings& settings,
                                                    const data::Dataset& train) {
  if (!settings.candidates.exemplars) return std::nullopt;
  const settings::CandidateSettings::Exemplars& wanted = *settings.candidates.exemplars;
  const auto there = static_cast<std::int64_t>(train.examples.size());
  if (there < wanted.count) {
    throw Failure(ErrorKind::config,
                  fmt::format("/candidates/exemplars/count: {} demonstrations asked for, but train "
                              "has {} example(s). Lower it or add examples.",
                              wanted.count, there));
  }
  return task::ExemplarFormat(wanted.format, task::common_fields(train.examples));
}

// The prompt in use today is a candidate, too.
void add_baseline(const settings::Settings& settings, Inputs& inputs) {
  const bool may_be_first = settings.candidates.write || !inputs.candidates.empty();
  if (!settings.baseline || !may_be_first) return;
  std::vector<task::Candidate>& all = inputs.candidates;
  const task::Candidate baseline = *settings.baseline;
  auto place = std::find_if(all.begin(), all.end(),
                            [&](const task::Candidate& one) { return one.is_same(baseline); });
  inputs.baseline_is_added = place == all.end();
  if (inputs.baseline_is_added) place = all.insert(all.begin(), baseline);
  inputs.baseline = place - all.begin();
}

// Those of the file, and where candidates are written the user's prompt ahead of them and the
// seeds behind.
std::vector<task::Candidate> first_instructions(const settings::Settings& settings,
                                                const data::Dataset& train,
                                                const std::vector<std::string>& prompts) {
  std::vector<task::Candidate> all(prompts.begin(), prompts.end());
  if (!settings.candidates.write) return all;
  for (task::Candidate& seed : as_candidates(seeds_of(settings, train, prompts))) {
    const bool is_users = seed.instruction == settings.baseline;
    all.insert(is_users ? all.begin() : all.end(), std::move(seed));
  }
  return all;
}

}  // namespace

std::int64_t expected_candidates(const settings::Settings& settings, const Inputs& inputs) {
  const auto there = static_cast<std::int64_t>(inputs.candidates.size());
  if (!settings.candidates.write || inputs.is_written) return there;
  if (settings.candidates.exemplars)
    return settings.candidates.exemplars->sample + (settings.baseline ? 1 : 0);
  const settings::CandidateSettings::Write& write = *settings.candidates.write;
  const std::int64_t replies = std::min(write.calls, initial_replies(settings, inputs));
  return there + saturated_product(replies, write.per_reply);
}

Vector known_scores(const Inputs& inputs) {
  if (inputs.scored.empty()) return {};
  std::vector<std::string> prompts;
  for (const task::Candidate& one : inputs.candidates) prompts.push_back(one.instruction);
  return data::known_scores(inputs.scored, prompts);
}

std::vector<std::string> given_instructions(const settings::Settings& settings) {
  if (!settings.candidates.file) return {};
  std::vector<std::string> given = data::load_candidates(*settings.candidates.file).prompts;
  const auto& baseline = settings.baseline;
  if (baseline && std::find(given.begin(), given.end(), *baseline) == given.end())
    given.insert(given.begin(), *baseline);
  return given;
}

void set_instructions(const settings::Settings& settings,
                      std::vector<task::Candidate> instructions,
                      Inputs& inputs) {
  inputs.instructions = std::move(instructions);
  if (!inputs.exemplars || inputs.instructions.empty()) {
    inputs.candidates = inputs.instructions;
  } else {
    std::vector<std::string> texts;
    for (const task::Candidate& one : inputs.instructions) texts.push_back(one.instruction);
    const settings::CandidateSettings::Exemplars& wanted = *settings.candidates.exemplars;
    inputs.candidates = task::sample_candidates(
        texts, inputs.splits.train, *inputs.exemplars,
        {.count = wanted.count, .sample = wanted.sample, .seed = settings.optimizer.seed});
  }
  add_baseline(settings, inputs);
}

Inputs load_inputs(const settings::Settings& settings) {
  std::set<std::string> shown = shown_fields(settings);
  data::Splits splits = load_splits(settings, shown);
  refuse_missing_fields(splits, shown);
  task::PromptTemplate prompt(settings.messages, shared_fields(splits),
                              settings.candidates.exemplars.has_value(), settings.fills_candidates);
  refuse_overlaps(splits, shown);
  std::vector<std::string> warnings = splits.dev.notes;
  const bool needs_train = settings.candidates.write || settings.candidates.exemplars;
  if (needs_train && splits.train.examples.empty()) split_off_train(settings, splits, warnings);
  draw_scored_examples(settings.data, splits, warnings);
  data::Candidates candidates;
  if (settings.candidates.file) candidates = data::load_candidates(*settings.candidates.file);
  if (settings.candidates.exemplars && settings.candidates.exemplars->baseline_only)
    candidates.prompts = {*settings.baseline};
  std::vector<LoadedMetric> metrics = load_metrics(settings.metrics, splits, warnings);
  auto exemplars = exemplar_format(settings, splits.train);
  const auto score_files = data::score_files(settings.candidates.scores);
  Inputs inputs{std::move(splits),
                {},
                {},
                false,
                std::nullopt,
                false,
                std::move(exemplars),
                std::move(prompt),
                std::move(metrics),
                "",
                "",
                std::move(warnings),
                data::load_scored_prompts(score_files),
                score_files,
                std::move(shown)};
  refuse_hopeless_references(inputs);
  inputs.data_hash = json_hash(
      {to_json(inputs.splits.train), to_json(inputs.splits.dev), to_json(inputs.splits.test)});
  inputs.candidates_hash = candidates_hash(candidates.prompts, inputs.scored);
  warn_of_duplicates(candidates.prompts, inputs.warnings);
  warn_of_leaks(candidates.prompts, inputs, inputs.warnings);
  set_instructions(settings, first_instructions(settings, inputs.splits.train, candidates.prompts),
                   inputs);
  warn_of_unknown(settings, inputs);
  warn_of_unshown(settings, inputs);
  warn_of_placeholders(settings, candidates.prompts, inputs);
  if (settings.llm.temperature.value_or(1) > 0 && settings.evaluation.repeats == 1) {
    inputs.warnings.emplace_back(
        "temperature > 0 with one repeat: every score holds the luck of one sample; set "
        "evaluation.repeats");
  }
  return inputs;
}

}  // namespace zopo::run
