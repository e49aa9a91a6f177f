#include "optim/evaluations.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "zopo/base/error.h"

namespace zopo::optim {
namespace {

constexpr double kSmallestScale = 0.05;         // of scores, in score units
constexpr double kSmallestBinarySpread = 0.02;  // p (1 - p) of p = .02
constexpr double kPseudoExamples = 2;

void require_score(CandidateId id, double score) {
  if (score >= 0 && score <= 1) return;
  throw Failure(
      ErrorKind::internal,
      fmt::format("Candidate {} was given the score {}; scores lie in [0, 1]", id, score));
}

}  // namespace

double Tally::spread() const {
  // Below rounding of the sums the outcomes were all equal.
  const double spread = sum_squares - sum * mean();
  return spread > 1e-14 * sum_squares ? spread : 0.0;
}

Evaluations::Evaluations(Index candidates)
    : asked_(static_cast<std::size_t>(candidates), 0),
      given_up_(static_cast<std::size_t>(candidates), 0),
      position_(static_cast<std::size_t>(candidates), -1),
      unasked_(candidates) {}

void Evaluations::mark_asked(CandidateId id) {
  char& flag = asked_.at(static_cast<std::size_t>(id));
  if (flag == 0) --unasked_;
  flag = 1;
}

void Evaluations::add(const Outcome& outcome) {
  mark_asked(outcome.id);
  if (outcome.scores.empty()) return;
  Index& position = position_[static_cast<std::size_t>(outcome.id)];
  if (position < 0) {
    position = static_cast<Index>(tallies_.size());
    tallies_.push_back({.id = outcome.id});
  }
  Tally& tally = tallies_[static_cast<std::size_t>(position)];
  for (const double score : outcome.scores) {
    require_score(outcome.id, score);
    binary_ = binary_ && (score == 0 || score == 1);
    tally.sum += score;
    tally.sum_squares += score * score;
    ++tally.n;
  }
}

void Evaluations::give_up(CandidateId id) { given_up_.at(static_cast<std::size_t>(id)) = 1; }

void Evaluations::require_scores() const {
  if (!tallies_.empty()) return;
  throw Failure(ErrorKind::internal, "No candidate has a score yet, so none can be recommended.");
}

std::size_t Evaluations::best() const {
  require_scores();
  const auto given_up = [this](const Tally& tally) {
    return given_up_[static_cast<std::size_t>(tally.id)] != 0;
  };
  const auto worse = [&](const Tally& a, const Tally& b) {
    if (given_up(a) != given_up(b)) return given_up(a);
    return a.mean() < b.mean();
  };
  return static_cast<std::size_t>(std::max_element(tallies_.begin(), tallies_.end(), worse) -
                                  tallies_.begin());
}

void require_rows(const std::vector<Written>& written, Index before, const data::Embeddings& all) {
  Index expected = before;
  for (const Written& order : written) expected += order.candidates;
  if (all.rows() == expected) return;
  throw Failure(ErrorKind::internal,
                fmt::format("There are {} embeddings; {} of before and what was written make {}.",
                            all.rows(), before, expected));
}

Targets standardise(const std::vector<Tally>& tallies, bool binary) {
  const Index n = static_cast<Index>(tallies.size());
  Targets targets;
  targets.y.resize(n);
  targets.noise.resize(n);
  if (n == 0) return targets;
  double examples = 0, sum = 0, spread = 0;
  for (Index i = 0; i < n; ++i) {
    const Tally& tally = tallies[static_cast<std::size_t>(i)];
    targets.y(i) = tally.mean();
    examples += static_cast<double>(tally.n);
    sum += tally.sum;
    spread += tally.spread();
  }
  targets.center = sum / examples;
  const double mean = targets.y.mean();
  targets.scale = std::max(std::sqrt((targets.y.array() - mean).square().mean()), kSmallestScale);
  const double floor = binary ? kSmallestBinarySpread : 0.0;
  // A mean of its own takes one degree of freedom from each candidate.
  const double freedom = examples - static_cast<double>(n);
  const double coin = binary ? targets.center * (1 - targets.center) : 0.0;
  const double pooled = std::max(freedom > 0 ? spread / freedom : coin, floor);
  for (Index i = 0; i < n; ++i) {
    const Tally& tally = tallies[static_cast<std::size_t>(i)];
    const double k = static_cast<double>(tally.n);
    const double single = (tally.spread() + kPseudoExamples * pooled) / (k - 1 + kPseudoExamples);
    targets.noise(i) = std::max(single, floor) / k / (targets.scale * targets.scale);
  }
  targets.y = (targets.y.array() - targets.center) / targets.scale;
  return targets;
}

}  // namespace zopo::optim
