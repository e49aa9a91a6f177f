#include "run/data_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/usual_split.h"
#include "zopo/task/prompt.h"

namespace zopo::run {
namespace {

data::FieldMap field_map(const settings::Settings& task, const std::set<std::string>& shown) {
  const bool letters_only = std::any_of(
      task.metrics.begin(), task.metrics.end(),
      [](const settings::MetricSettings& one) { return one.name == "multiple_choice"; });
  const bool scored_elsewhere = std::all_of(
      task.metrics.begin(), task.metrics.end(), [](const settings::MetricSettings& one) {
        return one.name == "command" || one.is_graded() || one.is_compared();
      });
  return {
      task.data.input_field, task.data.output_field, task.data.labels, shown, letters_only, "dev",
      scored_elsewhere};
}

data::Splits split_as_usual(const data::Dataset& whole, const std::set<std::string>& shown) {
  data::Splits splits = data::split_dataset(whole, data::usual_split(whole), shown);
  splits.dev.notes.push_back(fmt::format(
      "of the {} examples, {} are for train, {} for dev and {} for test; \"data\".\"split\" sets "
      "other numbers",
      whole.examples.size(), splits.train.examples.size(), splits.dev.examples.size(),
      splits.test.examples.size()));
  return splits;
}

}  // namespace

std::set<std::string> shown_fields(const settings::Settings& settings) {
  std::set<std::string> shown = task::placeholders_of(settings.messages);
  if (settings.candidates.exemplars)
    shown.merge(task::placeholders_in(settings.candidates.exemplars->format));
  for (const char* other : {"instruction", "exemplars", "output"}) shown.erase(other);
  // Candidates that bring placeholders along show the input, as far as is known.
  if (shown.empty() && settings.fills_candidates) shown.insert("input");
  return shown;
}

data::Splits load_splits(const settings::Settings& task, const std::set<std::string>& shown) {
  const settings::DataSettings& settings = task.data;
  data::FieldMap fields = field_map(task, shown);
  data::Splits splits;
  const auto load = [&](const std::optional<std::filesystem::path>& file, data::Dataset& side,
                        const char* name) {
    fields.side = name;
    if (file) side = data::load_dataset(*file, fields);
  };
  if (settings.split) {
    const settings::DataSettings::Split& split = *settings.split;
    const data::Dataset whole =
        data::load_dataset(settings.file ? *settings.file : *settings.train, fields);
    splits = data::split_dataset(
        whole, {split.train, split.dev, split.test, split.seed, split.stratify}, shown);
    load(settings.test, splits.test, "test");
    return splits;
  }
  if (settings.file) {
    const std::vector<std::string> own = data::splits_in(*settings.file);
    if (own.size() < 2) return split_as_usual(data::load_dataset(*settings.file, fields), shown);
    const auto has = [&](const char* name) { return std::count(own.begin(), own.end(), name) > 0; };
    load(settings.file, splits.dev, "dev");
    if (has("test")) load(settings.file, splits.test, "test");
    // Where there is nothing for dev, it is train.
    const bool has_dev = own.size() > (has("test") ? 2U : 1U);
    if (has("train") && has_dev) load(settings.file, splits.train, "train");
    return splits;
  }
  load(settings.train, splits.train, "train");
  load(settings.dev, splits.dev, "dev");
  load(settings.test, splits.test, "test");
  return splits;
}

void draw_scored_examples(const settings::DataSettings& settings,
                          data::Splits& splits,
                          std::vector<std::string>& warnings) {
  const auto draw = [&](data::Dataset& side, const std::optional<std::int64_t>& most,
                        const char* name) {
    const std::size_t all = side.examples.size();
    if (!most || !data::draw_examples(side, static_cast<std::size_t>(*most))) return;
    if (!settings.most_is_usual) return;
    warnings.push_back(fmt::format(
        "{} has {} examples; {} of them, drawn at random, are used. More are rarely worth their "
        "calls; \"data\".\"sample\" sets another number",
        name, all, side.examples.size()));
  };
  draw(splits.dev, settings.most_dev, "dev");
  draw(splits.test, settings.most_test, "test");
}

void refuse_overlaps(const data::Splits& splits, const std::set<std::string>& shown) {
  const std::vector<data::Overlap> overlaps = data::find_overlaps(splits, shown);
  if (overlaps.empty()) return;
  throw Failure(ErrorKind::data, fmt::format("/data: {} example(s) stand on two sides, which would "
                                             "make the test dishonest; the first is "
                                             "{:?} in {}. Remove it from one of them.",
                                             overlaps.size(), overlaps.front().input.substr(0, 80),
                                             overlaps.front().where));
}

void refuse_missing_fields(const data::Splits& splits, const std::set<std::string>& shown) {
  for (const std::string& name : shown) {
    if (name == "input") continue;
    const data::Example* with = nullptr;
    const data::Example* without = nullptr;
    for (const data::Dataset* side : {&splits.dev, &splits.test}) {
      for (const data::Example& example : side->examples)
        (example.fields.contains(name) ? with : without) = &example;
    }
    if (with == nullptr || without == nullptr) continue;
    std::vector<std::string> there;
    for (const auto& [field, text] : without->fields) there.push_back(field);
    throw Failure(
        ErrorKind::data,
        fmt::format("{}: no field \"{}\", which the prompt shows and other records have. "
                    "Give it one (\"\" for nothing), or take {{{{{}}}}} out of the prompt. "
                    "Its other fields are {}.",
                    without->where, name, name, there.empty() ? "none" : join(there, ", ")));
  }
}

std::set<std::string> shared_fields(const data::Splits& splits) {
  std::vector<data::Example> all = splits.dev.examples;
  all.insert(all.end(), splits.test.examples.begin(), splits.test.examples.end());
  return task::common_fields(all);
}

void warn_of_unshown(const settings::Settings& settings, Inputs& inputs) {
  const bool by_program =
      std::any_of(settings.metrics.begin(), settings.metrics.end(),
                  [](const settings::MetricSettings& one) { return one.name == "command"; });
  std::set<std::string> unshown;
  for (const data::Dataset* side : {&inputs.splits.dev, &inputs.splits.test}) {
    for (const data::Example& example : side->examples) {
      for (const auto& [name, value] : example.fields) {
        if (!inputs.shown.contains(name) && !trim(value).empty()) unshown.insert(name);
      }
    }
  }
  for (const auto& one :
       settings.fills_candidates ? inputs.candidates : std::vector<task::Candidate>{}) {
    for (const std::string& name : task::placeholders_in(one.instruction)) unshown.erase(name);
  }
  if (unshown.empty() || by_program) return;
  const std::vector<std::string> names(unshown.begin(), unshown.end());
  inputs.warnings.push_back(
      fmt::format("no message shows the field{} {} of the data: the model never sees {}; where it "
                  "should, put {{{{{}}}}} into the prompt's template",
                  names.size() > 1 ? "s" : "", join(names, ", "), names.size() > 1 ? "them" : "it",
                  names.front()));
}

void warn_of_placeholders(const settings::Settings& settings,
                          const std::vector<std::string>& prompts,
                          Inputs& inputs) {
  if (settings.fills_candidates) return;
  std::set<std::string> known = shared_fields(inputs.splits);
  known.insert("input");
  std::size_t found = 0, first = 0;
  std::string name;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    for (const std::string& placeholder : task::placeholders_in(prompts[i])) {
      if (!known.contains(placeholder)) continue;
      if (found++ == 0) {
        first = i;
        name = placeholder;
      }
      break;
    }
  }
  if (found == 0) return;
  inputs.warnings.push_back(
      fmt::format("{} candidate(s) hold placeholders such as {{{{{}}}}} (candidate {}), which are "
                  "sent as they stand; \"prompt\".\"fill_candidates\": true fills them in",
                  found, name, first));
}

}  // namespace zopo::run
