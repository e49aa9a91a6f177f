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

// The lower triangle of a b, which is symmetric, by blocks of columns; above it lie zeros and what
// the blocks at the diagonal give.
Matrix lower_product(const Matrix& a, const Matrix& b) {
  constexpr Index kBlock = 32;
  Matrix c = Matrix::Zero(a.rows(), b.cols());
  for (Index first = 0; first < c.cols(); first += kBlock) {
    const Index columns = std::min(kBlock, c.cols() - first), rows = c.rows() - first;
    c.block(first, first, rows, columns) =
        product(a.bottomRows(rows), b.middleCols(first, columns));
  }
  return c;
}

// a a^T
Matrix square(const Matrix& a) {
  Matrix c = lower_product(a, a.transpose());
  c.triangularView<Eigen::StrictlyUpper>() = c.transpose();
  return c;
}

// log |L L^T|
double log_determinant(const Matrix& lower) { return 2 * lower.diagonal().array().log().sum(); }

// Where the search for the mode stands: f = K weights.
struct Mode {
  Vector weights, latent, effects;
  double value = 0;  // log posterior density, up to a constant
};

// The quadratic approximation of the log likelihood around a mode, in f with b eliminated: Gaussian
// observations of f with precision Lambda = A - B D^-1 B^T, A and D diagonal, B the weights.
struct Quadratic {
  Matrix noise;               // Lambda^-1 [n x n]
  double log_precision = 0;   // log |Lambda|
  Vector information;         // Lambda times the observations [n]
  Matrix weights;             // of the answers [n x examples]; empty without effects
  Vector effect_precision;    // [examples]
  Vector effect_information;  // [examples]
};

class Model {
 public:
  Model(const MatrixRef& k,
        std::span<const Observation> answers,
        Index examples,
        LogisticNoise noise,
        const Vector& offset)
      : k_(k), answers_(answers), examples_(examples), noise_(noise), offset_(offset) {}

  bool has_effects() const { return noise_.effect_variance > 0; }

  Mode mode_at(Vector weights, Vector effects) const {
    Mode mode{std::move(weights), {}, std::move(effects)};
    mode.latent = k_ * mode.weights;
    mode.value = value(mode);
    return mode;
  }

  // A fit of fewer candidates and examples or of another prior, its weights scaled so that the
  // latent scores stay near where they were; or zero where that is better.
  Mode first_mode(const LogisticPosterior* start) const {
    Mode zero = mode_at(Vector::Zero(k_.rows()), Vector::Zero(examples_));
    if (start == nullptr) return zero;
    Vector weights = Vector::Zero(k_.rows()), effects = Vector::Zero(examples_);
    const Index n = start->size();
    weights.head(n) = start->weights();
    if (has_effects()) effects.head(start->effects().size()) = start->effects();
    const Vector latent = k_.topLeftCorner(n, n) * start->weights();
    const double length = latent.norm();
    if (length > 0) weights *= latent.dot(start->latent()) / (length * length);
    Mode mode = mode_at(std::move(weights), std::move(effects));
    return mode.value > zero.value ? mode : zero;
  }

  // w = p (1 - p), h = w (f + b) + (score - p): the working weight and its product with the
  // working response less the offset, per answer.
  Quadratic approximate(const Mode& mode) const {
    Quadratic q;
    Vector own = Vector::Zero(k_.rows());
    q.information = Vector::Zero(k_.rows());
    if (has_effects()) {
      q.weights = Matrix::Zero(k_.rows(), examples_);
      q.effect_precision = Vector::Constant(examples_, 1 / noise_.effect_variance);
      q.effect_information = Vector::Zero(examples_);
    }
    for (const Observation& a : answers_) {
      const double eta = mode.latent(a.candidate) + mode.effects(a.example);
      const double p = logistic(eta + offset(a));
      const double w = std::max(p * (1 - p), kSmallestSlope) / noise_.dispersion;
      const double h = w * eta + (a.score - p) / noise_.dispersion;
      own(a.candidate) += w;
      q.information(a.candidate) += h;
      if (!has_effects()) continue;
      q.weights(a.candidate, a.example) += w;
      q.effect_precision(a.example) += w;
      q.effect_information(a.example) += h;
    }
    if (!has_effects()) {
      q.noise = own.cwiseInverse().asDiagonal();
      q.log_precision = own.array().log().sum();
      return q;
    }
    q.information -= q.weights * q.effect_information.cwiseQuotient(q.effect_precision);
    if (examples_ <= k_.rows()) {
      invert_by_examples(own, q);
    } else {
      invert_by_candidates(own, q);
    }
    return q;
  }

  // f = K alpha, alpha = (K + N)^-1 N h, the mean of a Gaussian process with N = Lambda^-1 for the
  // covariance of its noise (Rasmussen & Williams 2006, eqs. 2.25 and 3.18). Fills L L^T = K + N.
  Mode newton(const Quadratic& q, const Mode& from, Matrix* lower) const {
    const Cholesky factor = Cholesky::of(k_ + q.noise);
    *lower = factor.lower();
    Mode to{factor.solve(q.noise * q.information), {}, from.effects};
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

  // Laplace's approximation of log p(answers) at the mode; |I + K Lambda| = |K + N| |Lambda|.
  double log_evidence(const Mode& mode, const Quadratic& q, const Matrix& lower) const {
    double evidence = mode.value - 0.5 * (log_determinant(lower) + q.log_precision);
    if (has_effects()) {
      evidence -= 0.5 * (q.effect_precision * noise_.effect_variance).array().log().sum();
    }
    return evidence;
  }

 private:
  double offset(const Observation& a) const {
    return offset_.size() > 0 ? offset_(a.candidate) : 0;
  }

  double value(const Mode& mode) const {
    double likelihood = 0;
    for (const Observation& a : answers_) {
      const double eta = mode.latent(a.candidate) + mode.effects(a.example) + offset(a);
      likelihood += a.score * eta - softplus(eta);
    }
    double prior = -0.5 * mode.weights.dot(mode.latent);
    if (has_effects()) prior -= 0.5 * mode.effects.squaredNorm() / noise_.effect_variance;
    return likelihood / noise_.dispersion + prior;
  }

  // N = A^-1 + U E^-1 U^T and |Lambda| = |A| |E| / |D|, U = A^-1 B and E = D - B^T U (the matrix
  // inversion lemma): cheap where there are few examples.
  static void invert_by_examples(const Vector& own, Quadratic& q) {
    Matrix u = own.cwiseInverse().asDiagonal() * q.weights;
    Matrix e = -lower_product(q.weights.transpose(), u);
    e.diagonal() += q.effect_precision;
    const Matrix lower = Cholesky::of(e).lower();
    lanes::solve_rows(u.data(), u.rows(), u.rows(), lower.data(), lower.rows());
    q.noise = square(u);
    q.noise.diagonal() += own.cwiseInverse();
    q.log_precision =
        own.array().log().sum() + log_determinant(lower) - q.effect_precision.array().log().sum();
  }

  // Lambda itself: cheap where there are few candidates.
  static void invert_by_candidates(const Vector& own, Quadratic& q) {
    const Matrix scaled = q.weights * q.effect_precision.cwiseSqrt().cwiseInverse().asDiagonal();
    Matrix precision = -square(scaled);
    precision.diagonal() += own;
    const Matrix lower = Cholesky::of(precision).lower();
    Matrix inverse = Matrix::Identity(own.size(), own.size());
    lanes::solve_rows(inverse.data(), own.size(), own.size(), lower.data(), own.size());
    q.noise = square(inverse);
    q.log_precision = log_determinant(lower);
  }

  const MatrixRef& k_;
  const std::span<const Observation> answers_;
  const Index examples_;
  const LogisticNoise noise_;
  const Vector& offset_;
};

}  // namespace

LogisticPosterior LogisticPosterior::fit(const MatrixRef& k,
                                         std::span<const Observation> answers,
                                         Index examples,
                                         const LogisticNoise& noise,
                                         const LogisticPosterior* start,
                                         const Vector& offset) {
  assert(k.cols() == k.rows() && noise.dispersion > 0);
  assert(offset.size() == 0 || offset.size() == k.rows());
  if (!k.allFinite()) {
    throw Failure(ErrorKind::internal,
                  fmt::format("The {} x {} covariances of a logistic model are not all finite",
                              k.rows(), k.cols()));
  }
  const Model model(k, answers, examples, noise, offset);
  LogisticPosterior posterior;
  Mode mode = model.first_mode(start);
  for (int i = 0; i < kMaxIterations; ++i) {
    const Quadratic q = model.approximate(mode);
    const Mode full = model.newton(q, mode, &posterior.lower_);
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

Vector LogisticPosterior::mean(const MatrixRef& cross) const { return cross * weights_; }

Matrix LogisticPosterior::explained(Matrix cross) const {
  assert(cross.cols() == size());
  lanes::solve_rows(cross.data(), cross.rows(), cross.rows(), lower_.data(), lower_.rows());
  return cross;
}

}  // namespace zopo::gp
