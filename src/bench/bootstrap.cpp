#include "bench/bootstrap.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <vector>

#include "zopo/base/random.h"

namespace zopo::bench {

double mean_of(std::span<const double> values) {
  assert(!values.empty());
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

task::Interval bootstrap_mean(std::span<const double> values) {
  constexpr std::size_t kResamples = 10'000;
  Rng rng(values.size(), "bootstrap");
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[rng.below(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return {means[kResamples * 25 / 1000], means[kResamples * 975 / 1000 - 1]};
}

}  // namespace zopo::bench
