// The squared exponential and its derivatives. Made by registry.cpp.

#include "zopo/kernel/rbf.h"

#include <algorithm>
#include <cmath>

#include "kernel/range_check.h"

namespace zopo::kernel {

Rbf::Rbf(double length_scale) {
  require_positive("rbf", "length_scale", length_scale);
  inverse_square_ = 1 / (length_scale * length_scale);
}

double Rbf::value(double t, double u, double v) const {
  return std::exp(-0.5 * inverse_square_ * std::max(u + v - 2 * t, 0.0));
}

InnerProductSlope Rbf::slope(double t, double u, double v) const {
  const double k = value(t, u, v);
  return {k, inverse_square_ * k, -0.5 * inverse_square_ * k};
}

MixedDerivative Rbf::mixed_at(double /*u*/) const {
  MixedDerivative m;
  m.identity = inverse_square_;
  return m;
}

}  // namespace zopo::kernel
