#include "optim/answer_model.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

namespace zopo::optim {
namespace {

// The axes of the evidence, in logits squared: variance of the candidates' scores in all, the share
// of it that is each candidate's own (embeddings do not explain it), variance of the examples'
// effects.
constexpr std::array kTotals = {0.02, 0.05, 0.12, 0.3, 0.8, 2.0, 5.0};
constexpr std::array kOwnShares = {0.02, 0.1, 0.3, 0.6, 0.9};
constexpr std::array kEffects = {0.0, 0.5, 2.0, 6.0};
// The candidates' prior mean for a standard deviation of their known scores, in logits.
constexpr std::array kSlopes = {0.0, 0.1, 0.2, 0.4, 0.8};
// Of the common level of all scores: no opinion.
constexpr double kLevelVariance = 4;

// Few answers say little about the prior: log-normal around .3 for the total, one nat against
// effects, two against a slope of 1: known scores may be of models that are quite unlike.
constexpr double kMiddleTotal = 0.3, kTotalStrength = 0.3, kEffectPenalty = 1, kSlopePenalty = 2;

constexpr double kSmallestVariance = 1e-9;
constexpr double kSmallestSlope = 0.02;  // p (1 - p) of a pseudo-observation

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

Vector one(double x) { return Vector::Constant(1, x); }

}  // namespace

AnswerModel::AnswerModel(const KernelSpace& space, CandidatePool& pool, AnswerModelOptions options)
    : space_(space),
      pool_(pool),
      options_(std::move(options)),
      kernels_(kernel_family(options_.kernel, space)),
      evaluations_(space.size()),
      prior_{.kernel = 1,
             .total = 3,
             .own = 2,
             .effect = options_.effects ? 1u : 0u,
             .slope = options_.known.size() > 0 ? 1u : 0u} {}

void AnswerModel::add(const Outcome& outcome) {
  evaluations_.add(outcome);
  if (outcome.scores.empty()) return;
  const Index row = evaluations_.position(outcome.id);
  if (row == pool_.queried().size()) pool_.add_queried(outcome.id);
  assert(pool_.queried().id(row) == outcome.id);
  for (std::size_t i = 0; i < outcome.scores.size(); ++i) {
    const Index example = outcome.examples[i];
    answers_.push_back({row, example, outcome.scores[i]});
    examples_ = std::max(examples_, example + 1);
  }
}

void AnswerModel::go_on_from(const AnswerModel& other) {
  prior_ = other.prior_;
  refreshed_at_ = other.refreshed_at_;
  posterior_ = other.posterior_;
}

double AnswerModel::total_variance() const { return kTotals[prior_.total]; }

double AnswerModel::effect_variance() const { return kEffects[prior_.effect]; }

// Graded scores vary less about their mean than right and wrong do; one pseudo-answer of a coin.
double AnswerModel::dispersion() const {
  if (evaluations_.binary()) return 1;
  double spread = 0, freedom = 0, sum = 0, n = 0;
  for (const Tally& tally : evaluations_.tallies()) {
    spread += tally.spread();
    freedom += static_cast<double>(tally.n - 1);
    sum += tally.sum;
    n += static_cast<double>(tally.n);
  }
  const double coin = std::max(sum / n * (1 - sum / n), kSmallestSlope);
  return std::clamp((spread + coin) / (freedom + 1) / coin, 0.02, 1.0);
}

// Only what has joined the pool or been queried since the last time is computed.
void AnswerModel::complete_units() {
  const QueriedGram& queried = pool_.queried();
  const kernel::InnerProductKernel& k = *kernels_[prior_.kernel];
  const Index rows = pool_.size() - units_.rows(), columns = queried.size() - units_.cols();
  const Index old_columns = units_.cols();
  units_.conservativeResize(pool_.size(), queried.size());
  units_.rightCols(columns) =
      k.gram_from_dots(pool_.dots().rightCols(columns), pool_.squared_norms(),
                       queried.squared_norms().tail(columns));
  units_.bottomLeftCorner(rows, old_columns) =
      k.gram_from_dots(pool_.dots().bottomLeftCorner(rows, old_columns),
                       pool_.squared_norms().tail(rows), queried.squared_norms().head(old_columns));
  queried_units_.conservativeResize(queried.size(), queried.size());
  const Matrix fresh = k.gram_from_dots(queried.dots().rightCols(columns), queried.squared_norms(),
                                        queried.squared_norms().tail(columns));
  queried_units_.rightCols(columns) = fresh;
  queried_units_.bottomRows(columns) = fresh.transpose();
  unit_variances_.conservativeResize(pool_.size());
  for (Index i = pool_.size() - rows; i < pool_.size(); ++i) {
    const double u = pool_.squared_norms()(i);
    unit_variances_(i) = k.value(u, u, u);
  }
}

Matrix AnswerModel::gram(const GridPoint& prior) const {
  const double total = kTotals[prior.total], own = kOwnShares[prior.own];
  Matrix k = (total * (1 - own) * queried_units_).array() + kLevelVariance;
  k.diagonal().array() += total * own;
  return k;
}

const gp::LogisticPosterior& AnswerModel::fit(const GridPoint& prior) {
  if (const auto known = fits_.find(prior); known != fits_.end()) return known->second;
  const gp::LogisticNoise noise{.effect_variance = kEffects[prior.effect],
                                .dispersion = dispersion()};
  const auto present = fits_.find(prior_);
  const gp::LogisticPosterior* start = posterior_ ? &*posterior_ : nullptr;
  if (present != fits_.end()) start = &present->second;
  return fits_
      .emplace(prior,
               gp::LogisticPosterior::fit(gram(prior), answers_, examples_, noise, start,
                                          kSlopes[prior.slope] * known_of(pool_.queried().ids())))
      .first->second;
}

double AnswerModel::log_posterior(const GridPoint& prior) {
  const double distance = std::log(kTotals[prior.total] / kMiddleTotal);
  return fit(prior).log_evidence() - 0.5 * kTotalStrength * distance * distance -
         (prior.effect > 0 ? kEffectPenalty : 0) - kSlopePenalty * kSlopes[prior.slope];
}

void AnswerModel::climb(std::size_t GridPoint::*axis, std::size_t size) {
  double height = log_posterior(prior_);
  for (const int direction : {-1, 1}) {
    while (true) {
      GridPoint next = prior_;
      next.*axis += static_cast<std::size_t>(direction);
      // Below 0 wraps round to a number beyond size.
      if (next.*axis >= size) break;
      const double next_height = log_posterior(next);
      if (!(next_height > height)) break;
      prior_ = next;
      height = next_height;
    }
  }
}

// Coordinate ascent from the last choice.
void AnswerModel::choose_prior() {
  constexpr int kSweeps = 3;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    const GridPoint before = prior_;
    climb(&GridPoint::total, kTotals.size());
    climb(&GridPoint::own, kOwnShares.size());
    if (options_.effects) climb(&GridPoint::effect, kEffects.size());
    if (options_.known.size() > 0) climb(&GridPoint::slope, kSlopes.size());
    if (prior_ == before) break;
  }
}

Matrix AnswerModel::cross() const {
  const double total = kTotals[prior_.total], own = kOwnShares[prior_.own];
  Matrix c = (total * (1 - own) * units_).array() + kLevelVariance;
  for (Index i = 0; i < c.cols(); ++i) c(pool_.position(pool_.queried().id(i)), i) += total * own;
  return c;
}

Vector AnswerModel::cross_with(Index position) const {
  const double total = kTotals[prior_.total], own = kOwnShares[prior_.own];
  const Index row = evaluations_.position(pool_.id(position));
  Vector c = 0 <= row && row < units_.cols() ? Vector(units_.col(row))
                                             : Vector(kernels_[prior_.kernel]->gram_from_dots(
                                                   pool_.dots_with(position), pool_.squared_norms(),
                                                   one(pool_.squared_norms()(position))));
  c = (total * (1 - own) * c).array() + kLevelVariance;
  c(position) += total * own;
  return c;
}

Vector AnswerModel::prior_variances() const {
  const double total = kTotals[prior_.total], own = kOwnShares[prior_.own];
  return total * ((1 - own) * unit_variances_.array() + own) + kLevelVariance;
}

Vector AnswerModel::known_of(const std::vector<CandidateId>& ids) const {
  Vector known = Vector::Zero(static_cast<Index>(ids.size()));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < options_.known.size()) known(static_cast<Index>(i)) = options_.known(ids[i]);
  }
  return known;
}

void AnswerModel::refit() {
  assert(!answers_.empty());
  fits_.clear();
  complete_units();
  const auto n = static_cast<double>(answers_.size());
  if (options_.evidence && n >= refreshed_at_ * (1 + options_.refresh_growth)) {
    choose_prior();
    refreshed_at_ = n;
  }
  posterior_ = fit(prior_);
  const Matrix k = cross();
  mean_ = k * posterior_->weights() + kSlopes[prior_.slope] * known_of(pool_.ids());
  explained_ = posterior_->explained(k);
  variance_ = (prior_variances() - explained_.rowwise().squaredNorm()).cwiseMax(kSmallestVariance);
  pretended_.clear();
}

void AnswerModel::pretend(Index position, std::int64_t first_example, std::int64_t examples) {
  double precision = 0;
  for (std::int64_t e = first_example; e < first_example + examples; ++e) {
    const bool seen = e < examples_;
    const double p = logistic(mean_(position) + (seen ? posterior_->effects()(e) : 0.0));
    const double noise = dispersion() / std::max(p * (1 - p), kSmallestSlope);
    precision += 1 / (noise + (seen ? 0.0 : effect_variance()));
  }
  Vector c = cross_with(position) - explained_ * explained_.row(position).transpose();
  for (const Vector& row : pretended_) c -= row(position) * row;
  c /= std::sqrt(std::max(c(position), kSmallestVariance) + 1 / precision);
  variance_ = (variance_ - c.cwiseAbs2()).cwiseMax(kSmallestVariance);
  pretended_.push_back(std::move(c));
}

double AnswerModel::score(double latent) const {
  return (1 + (-(posterior_->effects().array() + latent)).exp()).inverse().mean();
}

double AnswerModel::score_sd(double latent, double variance) const {
  const Eigen::ArrayXd p = (1 + (-(posterior_->effects().array() + latent)).exp()).inverse();
  return (p * (1 - p)).mean() * std::sqrt(variance);
}

Vector AnswerModel::gradient(CandidateId id) const {
  const double scale = kTotals[prior_.total] * (1 - kOwnShares[prior_.own]);
  // Candidates queried since the last refit have no weight yet.
  return kernels_[prior_.kernel]->weighted_gradient(
      space_.point(id), pool_.queried().points().topRows(posterior_->size()),
      scale * posterior_->weights());
}

}  // namespace zopo::optim
