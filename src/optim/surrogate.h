#pragma once
// Which prior the scores come from: a family of kernels and, by evidence, the one of them that the
// scores speak for, with its amplitude, the prompts' own deviations and the noise.

#include <memory>
#include <string>
#include <vector>

#include "optim/evaluations.h"
#include "optim/option_reader.h"
#include "zopo/gp/evidence.h"
#include "zopo/kernel/kernel.h"
#include "zopo/optim/kernel_space.h"

namespace zopo::optim {

using KernelPtr = std::shared_ptr<const kernel::InnerProductKernel>;

// The members of family name ("ntk-erf": depths 1, 2, 3; "matern52", "rbf": length scales .25 ..
// 2), each with mean prior variance 1 over the space.
std::vector<KernelPtr> kernel_family(const std::string& name, const KernelSpace& space);
const std::vector<std::string>& known_families();

// Option "center": is the mean of the embeddings the origin of the kernel's space?
KernelSpace::Origin read_origin(OptionReader& read);

// One prior: amplitude * kernel + deviation * I, and observations with noise_scale * noise.
struct Prior {
  KernelPtr kernel;  // amplitude included
  double deviation = 0;
  double noise_scale = 1;
  std::size_t member = 0;  // of the family: kernel = amplitude * that one
  double amplitude = 1;

  // Variances that an observation has beside k: deviation + noise_scale * noise [n].
  Vector diagonal(const Vector& noise) const;
};

// The prior of the highest evidence. grams: of each kernel at the data.
Prior choose_prior(const std::vector<KernelPtr>& kernels,
                   const std::vector<Matrix>& grams,
                   const Targets& targets,
                   const gp::EvidenceGrid& grid = {});

}  // namespace zopo::optim
