// Tries every point of a grid of hyper-parameters. Called by optim's surrogate.cpp and gse.cpp.

#include "zopo/gp/evidence.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "zopo/base/error.h"

namespace zopo::gp {
namespace {

constexpr double kSmallestNoise = 1e-6;

// log p(y) of one point; NaN where the matrix cannot be factored.
double log_evidence(const Matrix& k, const VectorRef& y, const Vector& noise, EvidencePoint at) {
  const double floor = kSmallestNoise * at.amplitude * k.diagonal().mean();
  const Vector diagonal = (at.noise_scale * noise).cwiseMax(floor).array() + at.deviation;
  try {
    return Posterior::fit(at.amplitude * k, y, diagonal).log_marginal_likelihood();
  } catch (const Failure&) {
    // A point of the grid that fits no positive definite matrix explains nothing; the others
    // decide.
    return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

std::vector<EvidencePoint> evidence(std::span<const Matrix> kernels,
                                    const VectorRef& y,
                                    const VectorRef& noise,
                                    const EvidenceGrid& grid) {
  assert(!kernels.empty());
  std::vector<EvidencePoint> points;
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    for (const double amplitude : grid.amplitudes) {
      for (const double deviation : grid.deviations) {
        for (const double noise_scale : grid.noise_scales) {
          EvidencePoint point{k, amplitude, deviation, noise_scale, 0};
          if (y.size() > 0) point.log_evidence = log_evidence(kernels[k], y, noise, point);
          if (!std::isnan(point.log_evidence)) points.push_back(point);
        }
      }
    }
  }
  return points;
}

EvidencePoint best_of(std::span<const EvidencePoint> points) {
  assert(!points.empty());
  return *std::max_element(points.begin(), points.end(),
                           [](const EvidencePoint& a, const EvidencePoint& b) {
                             return a.log_evidence < b.log_evidence;
                           });
}

}  // namespace zopo::gp
