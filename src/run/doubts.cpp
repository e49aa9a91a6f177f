#include "run/doubts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "zopo/base/text.h"
#include "zopo/report/run_result.h"

namespace zopo::run {
namespace {

// A sentence about fewer would be about chance.
constexpr std::size_t kFewForDoubt = 5;
constexpr std::size_t kShownBytes = 60;

// The first reference that stands most often in dev, the first met of equals.
std::optional<std::string> most_expected(const data::Dataset& dev) {
  std::map<std::string, int> counts;
  std::optional<std::string> most;
  for (const data::Example& example : dev.examples) {
    const std::string& reference = example.references.front();
    const int count = ++counts[reference];
    if (!most || count > counts[*most]) most = reference;
  }
  if (most && counts[*most] < 2) return std::nullopt;
  return most;
}

std::string shown_answer(const std::string& answer) {
  return fmt::format("{:?}", std::string(beginning(make_valid_utf8(answer), kShownBytes)));
}

std::size_t distinct_references(const data::Dataset& dataset) {
  std::set<std::string> all;
  for (const data::Example& example : dataset.examples) all.insert(example.references.front());
  return all.size();
}

double mean_of(const std::vector<double>& scores) {
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

}  // namespace

std::optional<MajorityAnswer> majority_answer(const settings::Settings& settings,
                                              const Inputs& inputs,
                                              const data::Dataset& scored) {
  const std::optional<std::string> answer = most_expected(inputs.splits.dev);
  if (!answer || scored.examples.empty()) return std::nullopt;
  MajorityAnswer majority{*answer, std::vector<double>(scored.examples.size(), 0)};
  double weights = 0;
  for (std::size_t m = 0; m < settings.metrics.size(); ++m) {
    const settings::MetricSettings& one = settings.metrics[m];
    if (one.weight == 0) continue;
    const LoadedMetric& loaded = inputs.metrics[m];
    // Those that need more of an example than its references.
    const bool needs_example = loaded.name == "command" || loaded.name == "promptfoo";
    if (!loaded.metric || needs_example) return std::nullopt;
    weights += one.weight;
    for (std::size_t i = 0; i < scored.examples.size(); ++i)
      majority.scores[i] +=
          one.weight * loaded.metric->score(*answer, scored.examples[i].references);
  }
  for (double& score : majority.scores) score /= weights;
  return majority;
}

std::vector<std::string> doubts(const settings::Settings& settings,
                                const Inputs& inputs,
                                const data::Dataset& dataset,
                                std::span<const task::Answer> answers,
                                const std::string& where) {
  std::vector<std::string> found;
  if (answers.size() < kFewForDoubt || distinct_references(dataset) < 2) return found;
  const bool same = std::all_of(answers.begin(), answers.end(), [&](const task::Answer& answer) {
    return answer.state != llm::ReplyState::error && answer.extracted == answers.front().extracted;
  });
  if (same)
    found.push_back(fmt::format("the best prompt gives one answer, {}, to all {} examples of {}",
                                shown_answer(answers.front().extracted), answers.size(), where));
  const task::Evaluation counts = task::summarize(answers);
  const auto majority = majority_answer(settings, inputs, dataset);
  if (!majority || counts.scored() == 0) return found;
  const double always = mean_of(majority->scores);
  if (counts.mean() <= always + 1e-9)
    found.push_back(fmt::format(
        "the best prompt scores {:.3f} on {}, no more than always answering {} ({:.3f})",
        counts.mean(), where, shown_answer(majority->answer), always));
  const std::size_t answers_there = distinct_references(dataset);
  const double chance = 1 / static_cast<double>(answers_there);
  if (3 * answers_there > dataset.examples.size() || counts.mean() <= always + 1e-9) return found;
  if (const auto score = report::score_of(answers); score && score->ci.low <= chance)
    found.push_back(
        fmt::format("the best prompt's score of {:.3f} on {} cannot be told from chance ({:.3f}, "
                    "with {} different answers)",
                    counts.mean(), where, chance, answers_there));
  return found;
}

}  // namespace zopo::run
