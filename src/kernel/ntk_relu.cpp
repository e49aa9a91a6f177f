// The NTK of an infinitely wide ReLU network. Made by registry.cpp.

#include "zopo/kernel/ntk_relu.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernel/range_check.h"

namespace zopo::kernel {
namespace {

// Arc-cosine maps of one layer. With t = arccos(s / sqrt(pq)) and R = sqrt(pq - s^2):
//   E1 = (R + (pi - t) s) / (2 pi)      E0 = (pi - t) / (2 pi)
struct ArcCosine {
  double e1, e0;
  double e1_p, e0_s, e0_p;  // E1_s = E0
};

ArcCosine arc_cosine(double s, double p, double q) {
  const double norm = std::sqrt(p * q);
  const double cosine = norm > 0 ? std::clamp(s / norm, -1.0, 1.0) : 0.0;
  const double open = std::numbers::pi - std::acos(cosine);
  const double r = norm * std::sqrt(std::max(1 - cosine * cosine, 0.0));
  ArcCosine e{(r + open * s) / (2 * std::numbers::pi), open / (2 * std::numbers::pi), 0, 0, 0};
  // The slope of E0 is singular on the diagonal; its limit depends on the direction and is left
  // out.
  if (r <= 1e-12 * norm) return e;
  e.e1_p = r / (4 * std::numbers::pi * p);
  e.e0_s = 1 / (2 * std::numbers::pi * r);
  e.e0_p = -s / (4 * std::numbers::pi * p * r);
  return e;
}

// A function of (s, p) with its first derivatives by the base covariances.
struct Slope {
  double f, s, p;
};

Slope tangent_kernel(double s0, double p0, double q0, const NtkReluOptions& o) {
  Slope s{s0, 1, 0}, theta = s;
  double p = p0, q = q0, p_d = 1;
  for (int layer = 0; layer < o.depth; ++layer) {
    const ArcCosine e = arc_cosine(s.f, p, q);
    const double w = o.weight_variance;
    const Slope e0{e.e0, e.e0_s * s.s, e.e0_s * s.p + e.e0_p * p_d};
    s = {w * e.e1 + o.bias_variance, w * e.e0 * s.s, w * (e.e0 * s.p + e.e1_p * p_d)};
    theta = {s.f + w * e0.f * theta.f, s.s + w * (e0.s * theta.f + e0.f * theta.s),
             s.p + w * (e0.p * theta.f + e0.f * theta.p)};
    p = w * p / 2 + o.bias_variance;
    q = w * q / 2 + o.bias_variance;
    p_d *= w / 2;
  }
  return theta;
}

}  // namespace

NtkRelu::NtkRelu(const NtkReluOptions& options) : options_(options) {
  require_depth("ntk-relu", options.depth);
  require_positive("ntk-relu", "weight_variance", options.weight_variance);
  require_not_negative("ntk-relu", "bias_variance", options.bias_variance);
}

double NtkRelu::value(double t, double u, double v) const { return slope(t, u, v).value; }

InnerProductSlope NtkRelu::slope(double t, double u, double v) const {
  const double a = options_.weight_variance, b = options_.bias_variance;
  const Slope theta = tangent_kernel(a * t + b, a * u + b, a * v + b, options_);
  return {theta.f, a * theta.s, a * theta.p};
}

MixedDerivative NtkRelu::mixed_at(double /*u*/) const {
  throw Failure(ErrorKind::config,
                "ntk-relu: the variance of the gradient does not exist, because this kernel has a "
                "cone at z = z' and the gradient there is infinitely uncertain; use the kernel "
                "ntk-erf, which is smooth");
}

}  // namespace zopo::kernel
