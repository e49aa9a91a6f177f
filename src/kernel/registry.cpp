// Makes kernels by name. Called by optim's surrogate.cpp and acquisition_search.cpp.

#include "zopo/kernel/registry.h"

#include <fmt/core.h>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/kernel/matern.h"
#include "zopo/kernel/ntk_erf.h"
#include "zopo/kernel/ntk_relu.h"
#include "zopo/kernel/rbf.h"

namespace zopo::kernel {
namespace {

using Made = std::shared_ptr<const InnerProductKernel>;

struct Entry {
  const char* name;
  Made (*make)(const KernelSettings&);
};

Made make_erf(const KernelSettings& s) {
  return std::make_shared<NtkErf>(NtkErfOptions{s.depth, s.weight_variance, s.bias_variance});
}
Made make_relu(const KernelSettings& s) {
  return std::make_shared<NtkRelu>(NtkReluOptions{s.depth, s.weight_variance, s.bias_variance});
}
Made make_matern(const KernelSettings& s) { return std::make_shared<Matern52>(s.length_scale); }
Made make_rbf(const KernelSettings& s) { return std::make_shared<Rbf>(s.length_scale); }

constexpr Entry kKernels[] = {
    {"ntk-erf", make_erf},
    {"ntk-relu", make_relu},
    {"matern52", make_matern},
    {"rbf", make_rbf},
};

}  // namespace

std::shared_ptr<const InnerProductKernel> make_kernel(const std::string& name,
                                                      const KernelSettings& settings) {
  for (const Entry& entry : kKernels) {
    if (name == entry.name) return entry.make(settings);
  }
  throw Failure(ErrorKind::config, fmt::format("There is no kernel \"{}\"{}", name,
                                               did_you_mean(name, known_kernels())));
}

std::vector<std::string> known_kernels() {
  std::vector<std::string> names;
  for (const Entry& entry : kKernels) names.emplace_back(entry.name);
  return names;
}

}  // namespace zopo::kernel
