// Matern 5/2 and its derivatives. Made by registry.cpp.

#include "zopo/kernel/matern.h"

#include <algorithm>
#include <cmath>

#include "kernel/range_check.h"

namespace zopo::kernel {

Matern52::Matern52(double length_scale) {
  require_positive("matern52", "length_scale", length_scale);
  rate_ = std::sqrt(5.0) / length_scale;
}

double Matern52::value(double t, double u, double v) const {
  const double r = rate_ * std::sqrt(std::max(u + v - 2 * t, 0.0));
  return (1 + r + r * r / 3) * std::exp(-r);
}

// dk / d|x-x'|^2 = -(rate^2 / 6) (1 + r) exp(-r)
InnerProductSlope Matern52::slope(double t, double u, double v) const {
  const double r = rate_ * std::sqrt(std::max(u + v - 2 * t, 0.0));
  const double decay = std::exp(-r);
  const double by_square = -rate_ * rate_ / 6 * (1 + r) * decay;
  return {(1 + r + r * r / 3) * decay, -2 * by_square, by_square};
}

MixedDerivative Matern52::mixed_at(double /*u*/) const {
  MixedDerivative m;
  m.identity = rate_ * rate_ / 3;
  return m;
}

}  // namespace zopo::kernel
