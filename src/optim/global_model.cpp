#include "optim/global_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace zopo::optim {
namespace {

// gram [n0 x n0] of the first points, completed to all of them.
void complete(const kernel::InnerProductKernel& kernel, const QueriedGram& queried, Matrix* gram) {
  const Index old = gram->rows(), n = queried.size();
  if (old == n) return;
  const Matrix fresh =
      kernel.gram_from_dots(queried.dots().rightCols(n - old), queried.squared_norms(),
                            queried.squared_norms().tail(n - old));
  gram->conservativeResize(n, n);
  gram->rightCols(n - old) = fresh;
  gram->bottomRows(n - old) = fresh.transpose();
}

}  // namespace

GlobalModel::GlobalModel(const KernelSpace& space,
                         std::vector<KernelPtr> kernels,
                         GlobalModelOptions options)
    : space_(space),
      kernels_(std::move(kernels)),
      options_(options),
      queried_(space),
      grams_(kernels_.size()) {}

double GlobalModel::score_sd(double variance) const { return targets_.scale * std::sqrt(variance); }

void GlobalModel::learn(const Evaluations& evaluations) {
  const std::vector<Tally>& tallies = evaluations.tallies();
  const Index known = queried_.size(), n = static_cast<Index>(tallies.size());
  for (Index i = known; i < n; ++i) add_query(tallies[static_cast<std::size_t>(i)].id);
  const double due = static_cast<double>(refreshed_at_) * (1 + options_.refresh_growth);
  if (!posterior_ || static_cast<double>(n) >= due) {
    refresh(evaluations);
    return;
  }
  // The noise of the new scores in the units of the last refresh; its targets stay.
  const Targets current = standardise(tallies, evaluations.binary());
  const double ratio = current.scale / targets_.scale;
  complete_cross();
  for (Index i = known; i < n; ++i) {
    const double y =
        (tallies[static_cast<std::size_t>(i)].mean() - targets_.center) / targets_.scale;
    observe(i, y, current.noise(i) * ratio * ratio);
  }
}

void GlobalModel::add_query(CandidateId id) {
  const Index n = queried_.size();
  queried_.add(id);
  if (n == dots_.cols()) {
    const Index capacity = std::max<Index>(16, n * 5 / 4);
    dots_.conservativeResize(space_.size(), capacity);
    cross_.conservativeResize(space_.size(), capacity);
  }
  dots_.col(n) = space_.dots(queried_.points().row(n).transpose());
}

void GlobalModel::complete_cross() {
  if (cross_member_ != prior_.member) cross_size_ = 0;
  cross_member_ = prior_.member;
  const Index first = cross_size_, count = queried_.size() - first;
  if (count == 0) return;
  cross_.middleCols(first, count) = kernels_[cross_member_]->gram_from_dots(
      dots_.middleCols(first, count), space_.squared_norms(),
      queried_.squared_norms().segment(first, count));
  cross_size_ += count;
}

void GlobalModel::refresh(const Evaluations& evaluations) {
  targets_ = standardise(evaluations.tallies(), evaluations.binary());
  if (options_.evidence) {
    choose_prior_by_evidence();
  } else {
    prior_ = {.kernel = kernels_.front()};
  }
  complete_cross();
  const Index n = queried_.size();
  std::vector<Index> ids;
  Matrix cross = prior_.amplitude * cross_.leftCols(n);
  Vector noises(n);
  for (Index i = 0; i < n; ++i) {
    ids.push_back(queried_.id(i));
    cross(queried_.id(i), i) += prior_.deviation;
    noises(i) = noise(targets_.noise(i));
  }
  posterior_ =
      gp::CandidatePosterior::fit(prior_variances(), ids, std::move(cross), targets_.y, noises);
  refreshed_at_ = n;
}

void GlobalModel::choose_prior_by_evidence() {
  for (std::size_t k = 0; k < kernels_.size(); ++k) complete(*kernels_[k], queried_, &grams_[k]);
  prior_ = choose_prior(kernels_, grams_, targets_);
}

Vector GlobalModel::prior_variances() const {
  Vector prior(space_.size());
  for (Index i = 0; i < prior.size(); ++i) {
    const double u = space_.squared_norms()(i);
    prior(i) = prior_.kernel->value(u, u, u) + prior_.deviation;
  }
  return prior;
}

double GlobalModel::noise(double variance) const {
  constexpr double kSmallestNoise = 1e-6;  // of the prior variance: keeps updates well conditioned
  return std::max(prior_.noise_scale * variance, kSmallestNoise);
}

// f includes each prompt's own deviation: it stands on the diagonal of the prior covariance.
void GlobalModel::observe(Index position, double y, double variance) {
  const Index id = queried_.id(position);
  Vector cross = prior_.amplitude * cross_.col(position);
  cross(id) += prior_.deviation;
  posterior_->observe(id, cross, y, noise(variance));
}

}  // namespace zopo::optim
