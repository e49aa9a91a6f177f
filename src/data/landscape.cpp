// Reads, checks and writes recorded landscapes. Called by bench and by its record command.

#include "zopo/data/landscape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "zopo/base/error.h"
#include "zopo/data/json_document.h"

namespace zopo::data {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

[[noreturn]] void refuse(const JsonDocument& file, const Pointer& at, const std::string& what) {
  throw Failure(ErrorKind::data, file.where(at) + what);
}

const json& member(const JsonDocument& file, const char* key, json::value_t type) {
  const json& all = file.json();
  if (!all.is_object() || !all.contains(key) || all[key].type() != type) {
    refuse(file, Pointer(),
           fmt::format("a landscape needs \"{}\" as {}", key, json(type).type_name()));
  }
  return all[key];
}

std::vector<std::string> read_candidates(const JsonDocument& file) {
  std::vector<std::string> candidates;
  const Pointer at("/candidates");
  for (const json& text : member(file, "candidates", json::value_t::array)) {
    if (!text.is_string()) refuse(file, at / candidates.size(), "a candidate has to be a string");
    candidates.push_back(text.get<std::string>());
  }
  if (candidates.empty()) refuse(file, at, "there are no candidates");
  return candidates;
}

std::vector<double> read_values(const JsonDocument& file,
                                const Pointer& at,
                                const json& scores,
                                std::size_t m) {
  if (!scores.is_array() || scores.size() != m) {
    refuse(file, at,
           fmt::format("a model's scores have to be a list of {} numbers, one per candidate", m));
  }
  std::vector<double> values;
  for (const json& score : scores) {
    const double value = score.is_number() ? score.get<double>() : -1;
    if (!(value >= 0 && value <= 1))
      refuse(file, at / values.size(), "a score has to be a number from 0 to 1");
    values.push_back(value);
  }
  return values;
}

// The scores in [0, 1] of one candidate, one an example.
std::vector<double> read_row(const JsonDocument& file, const Pointer& at, const json& row) {
  std::vector<double> scores;
  if (row.is_string()) {
    for (const char digit : row.get_ref<const std::string&>())
      scores.push_back(digit == '0' ? 0 : digit == '1' ? 1 : -1);
  } else if (row.is_array()) {
    for (const json& score : row) scores.push_back(score.is_number() ? score.get<double>() : -1);
  }
  const bool valid = std::all_of(scores.begin(), scores.end(),
                                 [](double score) { return score >= 0 && score <= 1; });
  if (scores.empty() || !valid) {
    refuse(file, at,
           "the outcomes of a candidate have to be a string of 0 and 1, or a list of numbers from "
           "0 to 1");
  }
  return scores;
}

// [m x examples], and values as their means.
std::vector<double> read_outcomes(const JsonDocument& file,
                                  const Pointer& at,
                                  const json& rows,
                                  std::vector<double>& values) {
  if (!rows.is_array() || rows.size() != values.size()) {
    refuse(file, at,
           fmt::format("a model's outcomes have to be a list of {}, one per candidate",
                       values.size()));
  }
  std::vector<double> outcomes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::vector<double> row = read_row(file, at / i, rows[i]);
    const std::size_t examples = i == 0 ? row.size() : outcomes.size() / i;
    const double mean =
        std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(row.size());
    if (row.size() != examples) {
      refuse(file, at / i,
             fmt::format("outcomes of {} examples, but the candidate before has {}", row.size(),
                         examples));
    }
    if (std::abs(mean - values[i]) > 1e-3) {
      refuse(file, at / i,
             fmt::format("the outcomes' mean is {:.4f}, but the score is {:.4f}", mean, values[i]));
    }
    values[i] = mean;
    outcomes.insert(outcomes.end(), row.begin(), row.end());
  }
  return outcomes;
}

// How many answers each of m scores is the mean of.
std::vector<double> read_answers(const JsonDocument& file,
                                 const Pointer& at,
                                 const json& counts,
                                 std::size_t m) {
  std::vector<double> answers;
  if (counts.is_array()) {
    for (const json& count : counts) answers.push_back(count.is_number() ? count.get<double>() : 0);
  }
  const bool valid = std::all_of(answers.begin(), answers.end(),
                                 [](double n) { return n >= 1 && std::isfinite(n); });
  if (answers.size() != m || !valid) {
    refuse(file, at,
           fmt::format("a model's answers have to be a list of {} numbers of 1 or more, one per "
                       "candidate",
                       m));
  }
  return answers;
}

// Outcomes and numbers of answers belong to a model that has scores.
void check_models(const JsonDocument& file) {
  const json& scores = member(file, "scores", json::value_t::object);
  for (const char* key : {"outcomes", "answers"}) {
    if (!file.json().contains(key)) continue;
    for (const auto& [model, rows] : member(file, key, json::value_t::object).items()) {
      if (!scores.contains(model))
        refuse(file, Pointer() / key / model, fmt::format("{} of a model without \"scores\"", key));
    }
  }
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

std::optional<std::string> text_of(const JsonDocument& file, const char* key) {
  const auto found = file.json().find(key);
  if (found == file.json().end()) return std::nullopt;
  if (!found->is_string()) refuse(file, Pointer() / key, "has to be a string");
  return found->get<std::string>();
}

std::optional<std::filesystem::path> embeddings_of(const JsonDocument& file,
                                                   const std::filesystem::path& path) {
  if (const auto named = text_of(file, "embeddings")) return path.parent_path() / *named;
  const std::filesystem::path beside = std::filesystem::path(path).replace_extension(".npy");
  if (std::filesystem::exists(beside)) return beside;
  return std::nullopt;
}

void append(const std::filesystem::path& path, double min_spread, LandscapeSet& set) {
  const JsonDocument file = JsonDocument::load(path);
  LandscapeTask task{.name = text_of(file, "task").value_or(path.stem().string()),
                     .candidates = read_candidates(file),
                     .embeddings = embeddings_of(file, path)};
  check_models(file);
  for (const auto& [model, scores] : member(file, "scores", json::value_t::object).items()) {
    Landscape landscape{.name = task.name + "/" + model, .task = set.tasks.size(), .values = {}};
    landscape.values =
        read_values(file, Pointer("/scores") / model, scores, task.candidates.size());
    if (const Pointer at = Pointer("/outcomes") / model; file.json().contains(at))
      landscape.outcomes = read_outcomes(file, at, file.json()[at], landscape.values);
    if (const Pointer at = Pointer("/answers") / model; file.json().contains(at))
      landscape.answers = read_answers(file, at, file.json()[at], landscape.values.size());
    landscape.median = median_of(landscape.values);
    landscape.best = *std::max_element(landscape.values.begin(), landscape.values.end());
    if (landscape.best - landscape.median >= min_spread) set.landscapes.push_back(landscape);
  }
  set.tasks.push_back(std::move(task));
}

}  // namespace

json outcomes_json(const std::vector<std::vector<double>>& outcomes) {
  json rows = json::array();
  for (const std::vector<double>& row : outcomes) {
    const bool binary =
        std::all_of(row.begin(), row.end(), [](double score) { return score == 0 || score == 1; });
    std::string digits;
    for (const double score : row) digits += score == 1 ? '1' : '0';
    rows.push_back(binary ? json(digits) : json(row));
  }
  return rows;
}

LandscapeSet load_landscapes(const std::vector<std::filesystem::path>& files, double min_spread) {
  LandscapeSet set;
  for (const std::filesystem::path& file : files) append(file, min_spread, set);
  return set;
}

}  // namespace zopo::data
