#pragma once
// Hyper-parameters by marginal likelihood over a grid: kernel (for instance one per depth), its
// amplitude, each datum's own deviation (a diagonal term that repeats resolve but neighbours do
// not) and a factor on the given noise variances.

#include <span>
#include <vector>

#include "zopo/gp/posterior.h"

namespace zopo::gp {

// Prior: amplitude * k + deviation * I; noise: noise_scale * noise.
struct EvidenceGrid {
  std::vector<double> amplitudes = {0.5, 1.0, 4.0};
  std::vector<double> deviations = {0.0, 0.05, 0.2};
  std::vector<double> noise_scales = {1.0};
};

struct EvidencePoint {
  std::size_t kernel = 0;  // index into the kernels given
  double amplitude = 1;
  double deviation = 0;
  double noise_scale = 1;
  double log_evidence = 0;  // log p(y | this point)
};

// Every point of the grid in a fixed order (kernels outermost, then amplitudes, deviations, noise
// scales). kernels: Gram matrices [n x n] each; y [n]; noise [n] >= 0, floored at 1e-6 of the mean
// diagonal so that no point of the grid is singular. Points whose matrix cannot be factored are
// left out. Requires at least one kernel; n = 0 gives all evidences 0.
std::vector<EvidencePoint> evidence(std::span<const Matrix> kernels,
                                    const VectorRef& y,
                                    const VectorRef& noise,
                                    const EvidenceGrid& grid);

// The point of the highest evidence, the first of equals. Requires points.
EvidencePoint best_of(std::span<const EvidencePoint> points);

}  // namespace zopo::gp
