#include "optim/accuracy_library.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace zopo::optim {
namespace {

constexpr int kMeansOfLibrary = 20;
constexpr double kCountsOfLibrary[] = {1, 2, 4, 8, 16, 32, 64};
constexpr double kLeastWeight = 1e-4;

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

// log of the probability of answers in one order: B(a + s, b + n - s) / B(a, b).
double log_evidence(const AccuracyBelief& prior, double n, double sum) {
  const double a = prior.mean * prior.pseudo_count, b = prior.pseudo_count - a;
  return log_beta(a + sum, b + n - sum) - log_beta(a, b);
}

}  // namespace

AccuracyBelief after_answers(const AccuracyBelief& prior, double n, double sum) {
  const double count = prior.pseudo_count + n;
  return {(prior.mean * prior.pseudo_count + sum) / count, count};
}

AccuracyLibrary::AccuracyLibrary() {
  for (int m = 0; m < kMeansOfLibrary; ++m) {
    for (const double count : kCountsOfLibrary)
      all_.push_back({(m + 0.5) / kMeansOfLibrary, count});
  }
  weigh({});
}

void AccuracyLibrary::weigh(const std::vector<Arm>& arms) {
  std::map<std::pair<std::int64_t, double>, double> alike;  // arms of n answers and a sum
  for (const Arm& arm : arms) {
    if (arm.n > 0) ++alike[{arm.n, std::min(arm.sum, static_cast<double>(arm.n))}];
  }
  std::vector<double> logs;
  for (const AccuracyBelief& prior : all_) {
    double sum = 0;
    for (const auto& [answers, count] : alike)
      sum += count * log_evidence(prior, static_cast<double>(answers.first), answers.second);
    logs.push_back(sum);
  }
  const double highest = *std::max_element(logs.begin(), logs.end());
  double total = 0;
  for (const double log : logs) total += std::exp(log - highest);
  likely_.clear();
  double kept = 0;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const double weight = std::exp(logs[i] - highest) / total;
    if (weight < kLeastWeight) continue;
    likely_.push_back({all_[i], weight});
    kept += weight;
  }
  for (Member& member : likely_) member.weight /= kept;
}

double AccuracyLibrary::mean(double n, double sum) const {
  double mean = 0;
  for (const Member& member : likely_)
    mean += member.weight * after_answers(member.prior, n, sum).mean;
  return mean;
}

}  // namespace zopo::optim
