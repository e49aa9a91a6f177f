#pragma once
// What looking at a candidate promises, under a normal posterior.

#include <algorithm>
#include <cmath>
#include <numbers>

namespace zopo::optim {

// mean + beta sd: Srinivas et al., ICML 2010.
inline double upper_confidence_bound(double mean, double sd, double beta) {
  return mean + beta * sd;
}

// E max(f - best, 0) = (mean - best) Phi(z) + sd phi(z), z = (mean - best) / sd
//
// Jones, Schonlau & Welch, J. Global Optimization 1998, Eq. 15. sd >= 0.
inline double expected_improvement(double mean, double sd, double best) {
  if (!(sd > 0)) return std::max(mean - best, 0.0);
  const double z = (mean - best) / sd;
  const double density = std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  const double below = 0.5 * std::erfc(-z / std::numbers::sqrt2);
  return (mean - best) * below + sd * density;
}

}  // namespace zopo::optim
