// Known scores of prompts, from files to one figure a candidate. Called by run for
// candidates.scores, and by bench for its condition of that name.

#include "zopo/data/known_scores.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <unordered_map>

#include "data/matching_files.h"
#include "zopo/base/error.h"

namespace zopo::data {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Expected standardised true scores: empirical Bayes by the method of moments, the spread between
// prompts being what is left of the scores' variance when chance is taken off. Empty where nothing
// is left.
std::vector<double> standardised(const ScoredPrompts& model) {
  const std::size_t n = model.scores.size();
  if (n < 2) return {};
  const double mean = mean_of(model.scores);
  const double coin = mean * (1 - mean);
  const auto chance = [&](std::size_t i) {
    return model.answers.empty() ? 0 : coin / model.answers[i];
  };
  double spread = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double off = model.scores[i] - mean;
    spread += off * off / static_cast<double>(n - 1) - chance(i) / static_cast<double>(n);
  }
  constexpr double kSmallestSpread = 1e-8;  // scores are not told apart below .0001
  if (spread < kSmallestSpread) return {};
  std::vector<double> figures;
  for (std::size_t i = 0; i < n; ++i) {
    const double trust = spread / (spread + chance(i));
    figures.push_back(trust * (model.scores[i] - mean) / std::sqrt(spread));
  }
  return figures;
}

struct Known {
  double sum = 0;
  double models = 0;
};

}  // namespace

std::vector<std::filesystem::path> score_files(const std::vector<std::filesystem::path>& names) {
  std::vector<std::filesystem::path> all;
  for (const std::filesystem::path& name : names) {
    if (!is_glob(name)) {
      all.push_back(name);
      continue;
    }
    const std::vector<std::filesystem::path> found = matching_files(name);
    if (found.empty()) {
      throw Failure(ErrorKind::data, fmt::format("{}: no file matches. Name scores.json of a "
                                                 "finished run, or a landscape.",
                                                 name.string()));
    }
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

std::vector<ScoredPrompts> load_scored_prompts(const std::vector<std::filesystem::path>& names) {
  const LandscapeSet set = load_landscapes(score_files(names), 0);
  std::vector<ScoredPrompts> models;
  for (const Landscape& one : set.landscapes) {
    std::vector<double> answers = one.answers;
    if (answers.empty() && one.examples() > 0)
      answers.assign(one.values.size(), static_cast<double>(one.examples()));
    models.push_back({set.tasks[one.task].candidates, one.values, std::move(answers)});
  }
  return models;
}

Vector known_scores(const std::vector<ScoredPrompts>& models,
                    const std::vector<std::string>& candidates) {
  std::unordered_map<std::string, Known> known;
  for (const ScoredPrompts& model : models) {
    const std::vector<double> figures = standardised(model);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      Known& one = known[model.prompts[i]];
      one.sum += figures[i];
      ++one.models;
    }
  }
  std::vector<Index> there;
  Vector z = Vector::Zero(static_cast<Index>(candidates.size()));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto found = known.find(candidates[i]);
    if (found == known.end()) continue;
    there.push_back(static_cast<Index>(i));
    z(there.back()) = found->second.sum / found->second.models;
  }
  if (there.empty()) return {};
  z(there).array() -= z(there).mean();
  const double deviation = std::sqrt(z(there).squaredNorm() / static_cast<double>(there.size()));
  constexpr double kSmallestDeviation = 1e-6;
  if (deviation < kSmallestDeviation) return {};
  return z / deviation;
}

}  // namespace zopo::data
