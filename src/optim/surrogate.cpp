#include "optim/surrogate.h"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>

#include "zopo/base/error.h"
#include "zopo/kernel/registry.h"

namespace zopo::optim {
namespace {

// A variance below this share of the prior's keeps a noiseless fit well conditioned.
constexpr double kSmallestDiagonal = 1e-6;

std::vector<kernel::KernelSettings> family_settings(const std::string& name) {
  if (name == "ntk-erf") return {{.depth = 1}, {.depth = 2}, {.depth = 3}};
  return {{.length_scale = 0.25}, {.length_scale = 0.5}, {.length_scale = 1}, {.length_scale = 2}};
}

KernelPtr normalised(KernelPtr kernel, const KernelSpace& space) {
  double sum = 0;
  for (const double u : space.squared_norms()) sum += kernel->value(u, u, u);
  const double mean = sum / static_cast<double>(std::max<Index>(space.size(), 1));
  return mean > 0 ? kernel::scaled(std::move(kernel), 1 / mean) : kernel;
}

}  // namespace

const std::vector<std::string>& known_families() {
  static const std::vector<std::string> names = {"ntk-erf", "matern52", "rbf"};
  return names;
}

std::vector<KernelPtr> kernel_family(const std::string& name, const KernelSpace& space) {
  std::vector<KernelPtr> kernels;
  for (const kernel::KernelSettings& settings : family_settings(name)) {
    kernels.push_back(normalised(kernel::make_kernel(name, settings), space));
  }
  return kernels;
}

KernelSpace::Origin read_origin(OptionReader& read) {
  return read.flag("center", false) ? KernelSpace::Origin::mean : KernelSpace::Origin::zero;
}

Vector Prior::diagonal(const Vector& noise) const {
  return (deviation + noise_scale * noise.array()).max(kSmallestDiagonal);
}

Prior choose_prior(const std::vector<KernelPtr>& kernels,
                   const std::vector<Matrix>& grams,
                   const Targets& targets,
                   const gp::EvidenceGrid& grid) {
  assert(kernels.size() == grams.size());
  const std::vector<gp::EvidencePoint> points = gp::evidence(grams, targets.y, targets.noise, grid);
  if (points.empty()) {
    throw Failure(ErrorKind::internal,
                  fmt::format("No prior fits the {} scores: every covariance matrix of the grid is "
                              "singular or not finite",
                              targets.y.size()));
  }
  const gp::EvidencePoint best = gp::best_of(points);
  return {kernel::scaled(kernels[best.kernel], best.amplitude), best.deviation, best.noise_scale,
          best.kernel, best.amplitude};
}

}  // namespace zopo::optim
