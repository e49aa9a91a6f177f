#include "optim/way_record.h"

namespace zopo::optim {

Gain next_gain(std::span<const Gain> gains, double prior_variance) {
  constexpr double kWeight = 1, kShape = 2;
  const auto n = static_cast<double>(gains.size());
  double sum = 0, scale = prior_variance * (kShape - 1);
  for (const Gain& gain : gains) sum += gain.mean;
  const double mean = n > 0 ? sum / n : 0;
  for (const Gain& gain : gains)
    scale += ((gain.mean - mean) * (gain.mean - mean) + gain.variance) / 2;
  const double weight = kWeight + n;
  scale += kWeight * n / weight * mean * mean / 2;
  // The variance of Student's t that the next gain has.
  return {sum / weight, scale / (kShape + n / 2 - 1) * (1 + 1 / weight)};
}

}  // namespace zopo::optim
