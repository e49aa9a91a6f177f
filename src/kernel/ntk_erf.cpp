// The NTK of an infinitely wide erf network with all derivatives that a gradient's variance needs,
// carried through the layers by the chain rule. Made by registry.cpp.

#include "zopo/kernel/ntk_erf.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "kernel/range_check.h"

namespace zopo::kernel {
namespace {

constexpr int kMaxLayers = 65;

// A function of the base covariances (s, p, q) with those of its derivatives that a mixed
// derivative at x = x' can ever need; pp and qq are not among them.
struct Jet {
  double f = 0, s = 0, p = 0, q = 0, ss = 0, sp = 0, sq = 0, pq = 0;
};

// The same for functions of one layer's variance: value and d/dp at the input layer.
struct VarianceJet {
  double f = 0, d = 0;
};

double radicand(double s, double p, double q) {
  // R = (1+2p)(1+2q) - 4 s^2, written so that huge p, q do not cancel; pq >= s^2 by Cauchy-Schwarz
  return 1 + 2 * p + 2 * q + 4 * std::max(p * q - s * s, 0.0);
}

double arcsine(double s, double p, double q) {
  const double x = 2 * s / std::sqrt((1 + 2 * p) * (1 + 2 * q));
  return 2 / std::numbers::pi * std::asin(std::clamp(x, -1.0, 1.0));
}

// E1 = (2/pi) asin(2s / sqrt D) = E[phi phi'] and its derivatives at (s, p, q).
Jet covariance_map(double s, double p, double q) {
  const double r = radicand(s, p, q);
  const double r1 = 1 / std::sqrt(r);  // R^-1/2
  const double r3 = r1 / r;            // R^-3/2
  const double a = 1 + 2 * p, b = 1 + 2 * q;
  return {.f = arcsine(s, p, q),
          .s = 4 / std::numbers::pi * r1,
          .p = -4 / std::numbers::pi * s / a * r1,
          .q = -4 / std::numbers::pi * s / b * r1,
          .ss = 16 / std::numbers::pi * s * r3,
          .sp = -4 / std::numbers::pi * b * r3,
          .sq = -4 / std::numbers::pi * a * r3,
          .pq = 4 / std::numbers::pi * s * r3};
}

// E0 = (4/pi) R^-1/2 = E[phi' phi'] and its derivatives.
Jet slope_map(double s, double p, double q) {
  const double r = radicand(s, p, q);
  const double r1 = 1 / std::sqrt(r), r3 = r1 / r, r5 = r3 / r;
  const double a = 1 + 2 * p, b = 1 + 2 * q;
  return {.f = 4 / std::numbers::pi * r1,
          .s = 16 / std::numbers::pi * s * r3,
          .p = -4 / std::numbers::pi * b * r3,
          .q = -4 / std::numbers::pi * a * r3,
          .ss = 16 / std::numbers::pi * (r3 + 12 * s * s * r5),
          .sp = -48 / std::numbers::pi * s * b * r5,
          .sq = -48 / std::numbers::pi * s * a * r5,
          .pq = -8 / std::numbers::pi * r3 + 12 / std::numbers::pi * a * b * r5};
}

// The chain rule: e(s, p, q) at s = s(s0, p0, q0), p = p(p0), q = q(q0).
Jet compose(const Jet& e, const Jet& s, const VarianceJet& p, const VarianceJet& q) {
  return {
      .f = e.f,
      .s = e.s * s.s,
      .p = e.s * s.p + e.p * p.d,
      .q = e.s * s.q + e.q * q.d,
      .ss = e.ss * s.s * s.s + e.s * s.ss,
      .sp = (e.ss * s.p + e.sp * p.d) * s.s + e.s * s.sp,
      .sq = (e.ss * s.q + e.sq * q.d) * s.s + e.s * s.sq,
      .pq = e.ss * s.p * s.q + e.sp * p.d * s.q + e.sq * s.p * q.d + e.pq * p.d * q.d + e.s * s.pq};
}

Jet product(const Jet& x, const Jet& y) {
  return {.f = x.f * y.f,
          .s = x.s * y.f + x.f * y.s,
          .p = x.p * y.f + x.f * y.p,
          .q = x.q * y.f + x.f * y.q,
          .ss = x.ss * y.f + 2 * x.s * y.s + x.f * y.ss,
          .sp = x.sp * y.f + x.s * y.p + x.p * y.s + x.f * y.sp,
          .sq = x.sq * y.f + x.s * y.q + x.q * y.s + x.f * y.sq,
          .pq = x.pq * y.f + x.p * y.q + x.q * y.p + x.f * y.pq};
}

// x + factor * y
Jet plus(const Jet& x, double factor, const Jet& y) {
  return {x.f + factor * y.f,   x.s + factor * y.s,   x.p + factor * y.p,   x.q + factor * y.q,
          x.ss + factor * y.ss, x.sp + factor * y.sp, x.sq + factor * y.sq, x.pq + factor * y.pq};
}

// p+ = s_w^2 (2/pi) asin(2p / (1+2p)) + s_b^2
VarianceJet next_variance(const VarianceJet& p, const NtkErfOptions& o) {
  const double a = 1 + 2 * p.f;
  // d asin(2p/a) / dp = 2 / (a sqrt(1 + 4p))
  const double slope = o.weight_variance * 4 / std::numbers::pi / (a * std::sqrt(1 + 4 * p.f));
  return {o.weight_variance * arcsine(p.f, p.f, p.f) + o.bias_variance, slope * p.d};
}

// Theta as a function of the base covariances, by the recursion
// s+ = s_w^2 E1 + s_b^2,  Theta+ = s+ + s_w^2 E0 Theta.
Jet tangent_kernel(double s0, double p0, double q0, const NtkErfOptions& o) {
  Jet s{.f = s0, .s = 1};
  Jet theta = s;
  VarianceJet p{p0, 1}, q{q0, 1};
  for (int layer = 0; layer < o.depth; ++layer) {
    const Jet slope = compose(slope_map(s.f, p.f, q.f), s, p, q);
    const Jet covariance = compose(covariance_map(s.f, p.f, q.f), s, p, q);
    s = plus({.f = o.bias_variance}, o.weight_variance, covariance);
    theta = plus(s, o.weight_variance, product(slope, theta));
    p = next_variance(p, o);
    q = next_variance(q, o);
  }
  return theta;
}

}  // namespace

NtkErf::NtkErf(const NtkErfOptions& options) : options_(options) {
  require_depth("ntk-erf", options.depth);
  require_positive("ntk-erf", "weight_variance", options.weight_variance);
  require_not_negative("ntk-erf", "bias_variance", options.bias_variance);
}

void NtkErf::variances(double u, double* layers) const {
  VarianceJet p{options_.weight_variance * u + options_.bias_variance, 0};
  for (int layer = 0; layer <= options_.depth; ++layer) {
    layers[layer] = p.f;
    if (layer < options_.depth) p = next_variance(p, options_);
  }
}

double NtkErf::value_from_variances(double t, const double* p, const double* q) const {
  const double weight = options_.weight_variance, bias = options_.bias_variance;
  double s = weight * t + bias;
  double theta = s;
  for (int layer = 0; layer < options_.depth; ++layer) {
    const double slope = 4 / std::numbers::pi / std::sqrt(radicand(s, p[layer], q[layer]));
    s = weight * arcsine(s, p[layer], q[layer]) + bias;
    theta = s + weight * slope * theta;
  }
  return theta;
}

double NtkErf::value(double t, double u, double v) const {
  double p[kMaxLayers], q[kMaxLayers];
  variances(u, p);
  variances(v, q);
  return value_from_variances(t, p, q);
}

// The variances depend on one point each, so a block needs one arcsine per pair and layer, not
// three.
Matrix NtkErf::gram_from_dots(const MatrixRef& dots, const VectorRef& u, const VectorRef& v) const {
  assert(dots.rows() == u.size() && dots.cols() == v.size());
  Matrix p(options_.depth + 1, u.size());
  for (Index i = 0; i < u.size(); ++i) variances(u(i), p.col(i).data());
  Matrix k(dots.rows(), dots.cols());
  double q[kMaxLayers];
  for (Index j = 0; j < k.cols(); ++j) {
    variances(v(j), q);
    for (Index i = 0; i < k.rows(); ++i) {
      k(i, j) = value_from_variances(dots(i, j), p.col(i).data(), q);
    }
  }
  return k;
}

// With s = a t + b, p = a u + b, q = a v + b and a = s_w^2.
InnerProductSlope NtkErf::slope(double t, double u, double v) const {
  const double a = options_.weight_variance, b = options_.bias_variance;
  const Jet theta = tangent_kernel(a * t + b, a * u + b, a * v + b, options_);
  return {theta.f, a * theta.s, a * theta.p};
}

MixedDerivative NtkErf::mixed_at(double u) const {
  const double a = options_.weight_variance, b = options_.bias_variance;
  const double p = a * u + b;
  const Jet theta = tangent_kernel(p, p, p, options_);
  MixedDerivative m;
  m.identity = a * theta.s;
  m.radial = a * a * (theta.ss + 2 * theta.sq + 2 * theta.sp + 4 * theta.pq);
  return m;
}

}  // namespace zopo::kernel
