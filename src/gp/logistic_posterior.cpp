#include "zopo/gp/logistic_posterior.h"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "zopo/base/error.h"
#include "zopo/base/lanes.h"

namespace zopo::gp {
namespace {

constexpr int kMaxIterations = 50;
constexpr double kTolerance = 1e-6;      // of the log posterior density
constexpr double kSmallestSlope = 1e-6;  // p (1 - p): keeps the quadratic approximation proper
constexpr double kSmallestStep = 1e-4;

double logistic(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : 1 - 1 / (1 + std::exp(x)); }

// log(1 + e^x)
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// a b, both dense.
Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows(), b.cols());
  lanes::multiply(a.data(), b.data(), a.rows(), a.cols(), b.cols(), c.data());
  return c;
}

// Where the search for the mode stands: f = K weights.
struct Mode {
  Vector weights, latent, effects;
  double value = 0;  // log posterior density, up to a constant
};

// The quadratic approximation of the log likelihood around a mode, in f with b eliminated.
struct Quadratic {
  Matrix precision;           // Lambda [n x n]
  Vector information;         // [n]
  Matrix weights;             // of the answers [n x examples]; empty without effects
  Vector effect_precision;    // [examples]
  Vector effect_information;  // [examples]
};

class Model {
 public:
  Model(const MatrixRef& k, std::span<const Answer> answers, Index examples, LogisticNoise noise)
      : k_(k), answers_(answers), examples_(examples), noise_(noise) {}

  bool has_effects() const { return noise_.effect_variance > 0; }

  Mode mode_at(Vector weights, Vector effects) const {
    Mode mode{std::move(weights), {}, std::move(effects)};
    mode.latent = k_ * mode.weights;
    mode.value = value(mode);
    return mode;
  }

  // A fit of fewer candidates and examples, or zero where that is better.
  Mode first_mode(const LogisticPosterior* start) const {
    Mode zero = mode_at(Vector::Zero(k_.rows()), Vector::Zero(examples_));
    if (start == nullptr) return zero;
    Vector weights = Vector::Zero(k_.rows()), effects = Vector::Zero(examples_);
    weights.head(start->weights().size()) = start->weights();
    if (has_effects()) effects.head(start->effects().size()) = start->effects();
    Mode mode = mode_at(std::move(weights), std::move(effects));
    return mode.value > zero.value ? mode : zero;
  }

  // w = p (1 - p), h = w eta + (score - p): the working weight and its product with the working
  // response, per answer; then Lambda = A - B D^-1 B^T and h_f - B D^-1 h_b.
  Quadratic approximate(const Mode& mode) const {
    Quadratic q;
    Vector own = Vector::Zero(k_.rows());
    q.information = Vector::Zero(k_.rows());
    if (has_effects()) {
      q.weights = Matrix::Zero(k_.rows(), examples_);
      q.effect_precision = Vector::Constant(examples_, 1 / noise_.effect_variance);
      q.effect_information = Vector::Zero(examples_);
    }
    for (const Answer& a : answers_) {
      const double eta = mode.latent(a.candidate) + mode.effects(a.example);
      const double p = logistic(eta);
      const double w = std::max(p * (1 - p), kSmallestSlope) / noise_.dispersion;
      const double h = w * eta + (a.score - p) / noise_.dispersion;
      own(a.candidate) += w;
      q.information(a.candidate) += h;
      if (!has_effects()) continue;
      q.weights(a.candidate, a.example) += w;
      q.effect_precision(a.example) += w;
      q.effect_information(a.example) += h;
    }
    q.precision = own.asDiagonal();
    if (has_effects()) eliminate_effects(q);
    return q;
  }

  // alpha = h - R (I + R^T K R)^-1 R^T K h, f = K alpha (Rasmussen & Williams 2006, Alg. 3.1, with
  // a root of Lambda in the place of a diagonal one). Fills root R and lower L.
  Mode newton(const Quadratic& q, const Mode& from, Matrix* root, Matrix* lower) const {
    *root = Cholesky::of(q.precision).lower();
    const Matrix kr = product(k_, *root);
    Matrix inner = product(root->transpose(), kr);
    inner.diagonal().array() += 1;
    *lower = Cholesky::of(inner).lower();
    Vector t = kr.transpose() * q.information;
    lower->triangularView<Eigen::Lower>().solveInPlace(t);
    lower->triangularView<Eigen::Lower>().transpose().solveInPlace(t);
    Mode to{q.information - root->triangularView<Eigen::Lower>() * t, {}, from.effects};
    to.latent = k_ * to.weights;
    if (has_effects()) {
      to.effects = (q.effect_information - q.weights.transpose() * to.latent)
                       .cwiseQuotient(q.effect_precision);
    }
    return to;
  }

  // On the line from -> to: the whole step, halved until the density does not fall.
  Mode damped(const Mode& from, const Mode& to) const {
    for (double step = 1; step > kSmallestStep; step /= 2) {
      Mode mode{from.weights + step * (to.weights - from.weights),
                from.latent + step * (to.latent - from.latent),
                from.effects + step * (to.effects - from.effects)};
      mode.value = value(mode);
      if (mode.value >= from.value) return mode;
    }
    return from;
  }

  // Laplace's approximation of log p(answers) at the mode.
  double log_evidence(const Mode& mode, const Quadratic& q, const Matrix& lower) const {
    double evidence = mode.value - lower.diagonal().array().log().sum();
    if (has_effects()) {
      evidence -= 0.5 * (q.effect_precision * noise_.effect_variance).array().log().sum();
    }
    return evidence;
  }

 private:
  double value(const Mode& mode) const {
    double likelihood = 0;
    for (const Answer& a : answers_) {
      const double eta = mode.latent(a.candidate) + mode.effects(a.example);
      likelihood += a.score * eta - softplus(eta);
    }
    double prior = -0.5 * mode.weights.dot(mode.latent);
    if (has_effects()) prior -= 0.5 * mode.effects.squaredNorm() / noise_.effect_variance;
    return likelihood / noise_.dispersion + prior;
  }

  static void eliminate_effects(Quadratic& q) {
    const Vector roots = q.effect_precision.cwiseSqrt().cwiseInverse();
    const Matrix scaled = q.weights * roots.asDiagonal();
    q.precision -= product(scaled, scaled.transpose());
    q.information -= q.weights * q.effect_information.cwiseQuotient(q.effect_precision);
  }

  const MatrixRef& k_;
  const std::span<const Answer> answers_;
  const Index examples_;
  const LogisticNoise noise_;
};

}  // namespace

LogisticPosterior LogisticPosterior::fit(const MatrixRef& k,
                                         std::span<const Answer> answers,
                                         Index examples,
                                         const LogisticNoise& noise,
                                         const LogisticPosterior* start) {
  assert(k.cols() == k.rows() && noise.dispersion > 0);
  if (!k.allFinite()) {
    throw Failure(ErrorKind::internal,
                  fmt::format("The {} x {} covariances of a logistic model are not all finite",
                              k.rows(), k.cols()));
  }
  const Model model(k, answers, examples, noise);
  LogisticPosterior posterior;
  Mode mode = model.first_mode(start);
  for (int i = 0; i < kMaxIterations; ++i) {
    const Quadratic q = model.approximate(mode);
    const Mode full = model.newton(q, mode, &posterior.root_, &posterior.lower_);
    const double before = mode.value;
    mode = model.damped(mode, full);
    posterior.log_evidence_ = model.log_evidence(mode, q, posterior.lower_);
    if (mode.value - before < kTolerance) break;
  }
  posterior.latent_ = std::move(mode.latent);
  posterior.effects_ = std::move(mode.effects);
  posterior.weights_ = std::move(mode.weights);
  return posterior;
}

Vector LogisticPosterior::mean(const MatrixRef& cross) const {
  return cross.transpose() * weights_;
}

Matrix LogisticPosterior::explained(const MatrixRef& cross) const {
  Matrix v = product(cross.transpose(), root_);
  lanes::solve_rows(v.data(), v.rows(), v.rows(), lower_.data(), lower_.rows());
  return v.transpose();
}

}  // namespace zopo::gp
