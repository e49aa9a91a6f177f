// Intervals of scores and paired tests. Called by report, by bench and for the verdict.

#include "zopo/task/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <numeric>
#include <vector>

#include "zopo/base/random.h"

namespace zopo::task {
namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr int kResamples = 10000;
constexpr std::size_t kMostExactSigns = 13;  // 2^13 sign patterns are fewer than the draws
constexpr double kPseudoScores = 2;          // of 0s and 1s, in the variance of graded scores

bool all_binary(std::span<const double> scores) {
  return std::all_of(scores.begin(), scores.end(),
                     [](double score) { return score == 0.0 || score == 1.0; });
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<double> differences_of(std::span<const double> a, std::span<const double> b) {
  assert(a.size() == b.size() && !a.empty());
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) differences[i] = a[i] - b[i];
  return differences;
}

// The 2.5 % and 97.5 % points of the means of n draws from pool.
Interval bootstrap_interval(std::span<const double> pool, std::size_t n) {
  Rng rng(0, "bootstrap");
  std::vector<double> means(kResamples);
  for (double& resampled : means) {
    for (std::size_t i = 0; i < n; ++i) resampled += pool[rng.below(pool.size())];
    resampled /= static_cast<double>(n);
  }
  std::sort(means.begin(), means.end());
  return {means[kResamples / 40], means[kResamples - 1 - kResamples / 40]};
}

// One imagined pair in either direction, as large as the largest seen, keeps few pairs without a
// difference from looking certain (for 0/1 scores the idea of Bonett and Price, JEBS 2012).
Interval difference_interval(std::span<const double> differences) {
  double largest = 0;
  for (const double difference : differences) largest = std::max(largest, std::abs(difference));
  if (largest == 0) largest = 1;
  std::vector<double> pool(differences.begin(), differences.end());
  pool.insert(pool.end(), {largest, -largest});
  return bootstrap_interval(pool, differences.size());
}

// The sum with the sign of term i flipped where bit i is set.
double signed_sum(std::span<const double> terms, std::uint64_t signs) {
  double sum = 0;
  for (std::size_t i = 0; i < terms.size(); ++i)
    sum += (signs >> i & 1) != 0 ? -terms[i] : terms[i];
  return sum;
}

double random_signed_sum(std::span<const double> terms, Rng& rng) {
  double sum = 0;
  for (std::size_t at = 0; at < terms.size(); at += 64) {
    sum += signed_sum(terms.subspan(at, std::min<std::size_t>(64, terms.size() - at)), rng.bits());
  }
  return sum;
}

double permutation_p_value(std::span<const double> differences) {
  std::vector<double> terms;
  std::copy_if(differences.begin(), differences.end(), std::back_inserter(terms),
               [](double difference) { return difference != 0; });
  const double observed = std::abs(std::accumulate(terms.begin(), terms.end(), 0.0));
  const auto is_extreme = [&](double sum) { return std::abs(sum) >= observed - 1e-12; };
  if (terms.size() <= kMostExactSigns) {
    const std::uint64_t patterns = std::uint64_t{1} << terms.size();
    std::uint64_t extreme = 0;
    for (std::uint64_t signs = 0; signs < patterns; ++signs)
      extreme += is_extreme(signed_sum(terms, signs)) ? 1 : 0;
    return static_cast<double>(extreme) / static_cast<double>(patterns);
  }
  Rng rng(0, "permutation");
  int extreme = 0;
  for (int draw = 0; draw < kResamples; ++draw) {
    if (is_extreme(random_signed_sum(terms, rng))) ++extreme;
  }
  return (extreme + 1.0) / (kResamples + 1.0);  // the observed signs are one of the draws
}

// Wilson's interval at a number of trials that need not be whole.
Interval score_interval(double p, double n) {
  const double z2 = kNormal975 * kNormal975;
  const double center = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kNormal975 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  return {p <= 0 ? 0.0 : std::max(0.0, center - half), p >= 1 ? 1.0 : std::min(1.0, center + half)};
}

// std::lgamma() writes a variable that all threads share, signgam.
double log_gamma(double x) {
  int sign = 0;
  return lgamma_r(x, &sign);
}

}  // namespace

Interval wilson_interval(double sum, std::int64_t trials) {
  assert(trials > 0);
  const double n = static_cast<double>(trials);
  return score_interval(sum / n, n);
}

Interval mean_interval(std::span<const double> scores) {
  assert(!scores.empty());
  const double n = static_cast<double>(scores.size()), p = mean(scores);
  const double binary = p * (1 - p);  // the variance, were all scores 0 or 1
  if (all_binary(scores) || binary <= 0) return score_interval(p, n);
  double variance = 0;
  for (const double score : scores) variance += (score - p) * (score - p) / n;
  variance = (n * variance + kPseudoScores * binary) / (n + kPseudoScores);
  return score_interval(p, n * binary / variance);
}

double sign_test_p_value(std::int64_t k, std::int64_t n) {
  k = std::min(k, n - k);
  double tail = 0;
  for (std::int64_t i = 0; i <= k; ++i) {
    const double a = static_cast<double>(n), b = static_cast<double>(i);
    tail +=
        std::exp(log_gamma(a + 1) - log_gamma(b + 1) - log_gamma(a - b + 1) - a * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

PairedDifference paired_difference(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> differences = differences_of(a, b);
  PairedDifference result;
  result.value = mean(differences);
  result.ci = difference_interval(differences);
  result.p_value = paired_p_value(a, b);
  result.significant = result.p_value < 0.05;
  return result;
}

double paired_p_value(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> differences = differences_of(a, b);
  if (!all_binary(a) || !all_binary(b)) return permutation_p_value(differences);
  const auto better = std::count(differences.begin(), differences.end(), 1.0);
  const auto worse = std::count(differences.begin(), differences.end(), -1.0);
  return sign_test_p_value(better, better + worse);
}

std::string verdict(const PairedDifference& difference) {
  if (!difference.significant) return "not significant";
  return difference.value > 0 ? "significantly better" : "significantly worse";
}

}  // namespace zopo::task
