#pragma once
// The one table of kernels that drives every kernel test.

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "zopo/kernel/matern.h"
#include "zopo/kernel/ntk_empirical.h"
#include "zopo/kernel/ntk_erf.h"
#include "zopo/kernel/ntk_relu.h"
#include "zopo/kernel/rbf.h"

namespace zopo::test {

inline constexpr Index kDim = 5;

struct KernelCase {
  std::string name;
  std::shared_ptr<const kernel::Kernel> kernel;
  bool rotation_invariant;
};
inline void PrintTo(const KernelCase& c, std::ostream* out) { *out << c.name; }

inline std::shared_ptr<const kernel::Kernel> empirical(const std::vector<Index>& widths,
                                                       kernel::Activation activation,
                                                       bool bias) {
  return std::make_shared<kernel::NtkEmpirical>(
      kernel::random_network(widths, activation, bias, 5));
}

inline std::vector<KernelCase> all_kernels() {
  using kernel::Activation;
  return {
      {"erf_depth_0", std::make_shared<kernel::NtkErf>(kernel::NtkErfOptions{0, 1.3, 0.2}), true},
      {"erf_depth_1", std::make_shared<kernel::NtkErf>(kernel::NtkErfOptions{1, 1.0, 0.1}), true},
      {"erf_depth_2", std::make_shared<kernel::NtkErf>(kernel::NtkErfOptions{2, 1.5, 0.0}), true},
      {"erf_depth_5", std::make_shared<kernel::NtkErf>(kernel::NtkErfOptions{5, 1.2, 0.3}), true},
      {"relu_depth_1", std::make_shared<kernel::NtkRelu>(kernel::NtkReluOptions{1, 2, 0.1}), true},
      {"relu_depth_3", std::make_shared<kernel::NtkRelu>(kernel::NtkReluOptions{3, 2, 0.0}), true},
      {"matern", std::make_shared<kernel::Matern52>(0.9), true},
      {"rbf", std::make_shared<kernel::Rbf>(1.1), true},
      {"scaled_erf",
       scaled(std::make_shared<kernel::NtkErf>(kernel::NtkErfOptions{2, 1.0, 0.1}), 0.37), true},
      {"empirical_linear", empirical({kDim, 1}, Activation::erf, true), true},
      {"empirical_relu", empirical({kDim, 8, 7, 1}, Activation::relu, true), false},
      {"empirical_relu_bare", empirical({kDim, 9, 1}, Activation::relu, false), false},
      {"empirical_relu_deep", empirical({kDim, 6, 5, 4, 1}, Activation::relu, true), false},
      {"empirical_erf", empirical({kDim, 6, 1}, Activation::erf, true), false},
      {"empirical_erf_deep", empirical({kDim, 6, 4, 5, 1}, Activation::erf, false), false},
      {"empirical_gelu", empirical({kDim, 7, 3, 1}, Activation::gelu, true), false},
      {"empirical_gelu_bare", empirical({kDim, 7, 3, 1}, Activation::gelu, false), false},
      {"empirical_gelu_shallow", empirical({kDim, 8, 1}, Activation::gelu, false), false},
      {"empirical_gelu_deep", empirical({kDim, 5, 6, 4, 1}, Activation::gelu, true), false},
  };
}

}  // namespace zopo::test
