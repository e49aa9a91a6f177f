// Grows mean and variance of all candidates by one row per observation. Called by optim's
// global_model.cpp after each answer and for each pseudo-observation.

#include "zopo/gp/candidate_posterior.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "zopo/base/lanes.h"
#include "zopo/gp/posterior.h"

namespace zopo::gp {
namespace {

// Below this share of the prior variance nothing is left to learn.
constexpr double kFloor = 1e-12;

}  // namespace

CandidatePosterior::CandidatePosterior(Vector prior)
    : prior_(std::move(prior)),
      mean_(Vector::Zero(prior_.size())),
      variance_(prior_),
      rows_(prior_.size(), 0) {}

// The rows of all observations together: V = K[:, X] L^-T with L L^T = K[X, X] + S.
CandidatePosterior CandidatePosterior::fit(Vector prior,
                                           const std::vector<Index>& ids,
                                           Matrix cross,
                                           const VectorRef& y,
                                           const VectorRef& noise) {
  const Index n = y.size();
  assert(cross.rows() == prior.size() && cross.cols() == n && noise.size() == n);
  CandidatePosterior p(std::move(prior));
  Matrix lower = cross(ids, Eigen::all);
  lower.diagonal() += noise;
  const Vector least =
      (kFloor * p.prior_(ids) + noise).cwiseMax(std::numeric_limits<double>::min());
  lanes::cholesky(lower.data(), n, least.data());
  lanes::solve_rows(cross.data(), p.size(), p.size(), lower.data(), n);
  p.rows_ = std::move(cross);
  p.observations_ = n;
  // mean = V L^-1 y; subtracting the product with the negative adds it.
  const Vector w = -lower.triangularView<Eigen::Lower>().solve(y);
  lanes::subtract_product(p.mean_.data(), p.rows_.data(), p.size(), p.size(), w.data(), n);
  p.subtract(0, n);
  return p;
}

// u = c / sqrt(c_id + noise), c = K[id, :] - V[:, id]^T V
double CandidatePosterior::append(Index id, const VectorRef& cross, double noise) {
  assert(cross.size() == size() && 0 <= id && id < size());
  if (observations_ == rows_.cols()) {
    rows_.conservativeResize(Eigen::NoChange, std::max<Index>(16, observations_ * 5 / 4));
  }
  const Vector weights = rows_.row(id).head(observations_);
  auto c = rows_.col(observations_);
  c = cross;
  lanes::subtract_product(c.data(), rows_.data(), size(), size(), weights.data(), observations_);
  const double deviation = std::sqrt(std::max(c(id), kFloor * prior_(id)) + noise);
  if (deviation > 0) c /= deviation;
  subtract(observations_++, 1);
  return deviation;
}

void CandidatePosterior::subtract(Index first, Index count) {
  for (Index k = first; k < first + count; ++k) variance_ -= rows_.col(k).cwiseAbs2();
  for (Index i = 0; i < size(); ++i) {
    if (variance_(i) >= 0) continue;
    variance_(i) = remaining_variance(prior_(i), prior_(i) - variance_(i));
  }
}

void CandidatePosterior::observe(Index id, const VectorRef& cross, double y, double noise) {
  assert(pretended_ == 0);
  const double surprise = y - mean_(id);
  const double deviation = append(id, cross, noise);
  if (deviation > 0) mean_ += rows_.col(observations_ - 1) * (surprise / deviation);
}

void CandidatePosterior::pretend(Index id, const VectorRef& cross, double noise) {
  append(id, cross, noise);
  ++pretended_;
}

void CandidatePosterior::forget(Index count) {
  assert(count <= pretended_);
  observations_ -= count;
  pretended_ -= count;
  // Summed anew rather than added back, so that pretending leaves no trace in the last bits.
  variance_ = prior_;
  subtract(0, observations_);
}

}  // namespace zopo::gp
