#include "bench/ranks.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace zopo::bench {
namespace {

constexpr double kLevel = 0.05;

std::vector<std::size_t> positions(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

// The rank of each value from 1, the smallest first; equal ones share the mean of theirs.
std::vector<double> mid_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order = positions(values.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i)
      ranks[order[i]] = static_cast<double>(begin + 1 + end) / 2;
  }
  return ranks;
}

std::vector<double> column_of(const ScoreTable& scores, std::size_t subject) {
  std::vector<double> column;
  for (const std::vector<double>& method : scores) column.push_back(method[subject]);
  return column;
}

// P(W <= w or W >= total - w), W the sum of the ranks with a sign of +, all patterns of signs being
// as likely. Ranks count in halves, so twice a rank is whole.
double exact_p_value(const std::vector<double>& ranks, double smaller_sum) {
  std::vector<std::size_t> doubled;
  for (const double rank : ranks)
    doubled.push_back(static_cast<std::size_t>(std::lround(2 * rank)));
  const std::size_t total = std::accumulate(doubled.begin(), doubled.end(), std::size_t{0});
  std::vector<double> probability(total + 1);  // of twice the sum
  probability[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : doubled) {
    reached += rank;
    for (std::size_t sum = reached + 1; sum-- > 0;)
      probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
  }
  const auto up_to = static_cast<std::size_t>(std::lround(2 * smaller_sum));
  const double tail = std::accumulate(
      probability.begin(), probability.begin() + static_cast<std::ptrdiff_t>(up_to) + 1, 0.0);
  return std::min(1.0, 2 * tail);
}

double normal_p_value(const std::vector<double>& ranks, double smaller_sum) {
  double mean = 0, variance = 0;
  for (const double rank : ranks) {
    mean += rank / 2;
    variance += rank * rank / 4;  // with mid-ranks this holds the correction for ties
  }
  const double z = std::max(0.0, mean - smaller_sum - 0.5) / std::sqrt(variance);
  return std::erfc(z / std::sqrt(2.0));
}

bool differ(const std::vector<PairTest>& pairs, std::size_t a, std::size_t b) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const PairTest& pair) {
    return (pair.a == a && pair.b == b) || (pair.a == b && pair.b == a);
  });
  return found != pairs.end() && found->corrected < kLevel;
}

// Runs of methods in the order of their ranks, as bars of a critical-difference diagram are drawn.
std::vector<std::vector<std::size_t>> groups_of(const RankComparison& comparison) {
  std::vector<std::size_t> order = positions(comparison.ranks.size());
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    return comparison.ranks[i] < comparison.ranks[j];
  });
  std::vector<std::vector<std::size_t>> groups;
  std::size_t covered = 0;  // end of the last group
  for (std::size_t begin = 0; begin < order.size(); ++begin) {
    std::size_t end = begin + 1;
    const auto fits = [&](std::size_t next) {
      return std::none_of(order.begin() + static_cast<std::ptrdiff_t>(begin),
                          order.begin() + static_cast<std::ptrdiff_t>(next),
                          [&](std::size_t i) { return differ(comparison.pairs, i, order[next]); });
    };
    while (end < order.size() && fits(end)) ++end;
    if (end - begin < 2 || end <= covered) continue;
    covered = end;
    groups.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                        order.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return groups;
}

}  // namespace

std::vector<double> average_ranks(const ScoreTable& scores) {
  std::vector<double> average(scores.size());
  const std::size_t subjects = scores.front().size();
  for (std::size_t s = 0; s < subjects; ++s) {
    std::vector<double> column = column_of(scores, s);
    for (double& score : column) score = -score;  // the best first
    const std::vector<double> ranks = mid_ranks(column);
    for (std::size_t m = 0; m < scores.size(); ++m)
      average[m] += ranks[m] / static_cast<double>(subjects);
  }
  return average;
}

std::vector<double> profile_taus(const ScoreTable& scores) {
  constexpr int kSteps = 40;
  double largest = 0;
  for (std::size_t s = 0; s < scores.front().size(); ++s) {
    const std::vector<double> column = column_of(scores, s);
    const auto [least, best] = std::minmax_element(column.begin(), column.end());
    largest = std::max(largest, *best - *least);
  }
  std::vector<double> taus;
  for (int i = 0; i <= kSteps; ++i) taus.push_back(i == kSteps ? largest : largest * i / kSteps);
  return taus;
}

ScoreTable performance_profile(const ScoreTable& scores, std::span<const double> taus) {
  const std::size_t subjects = scores.front().size();
  ScoreTable profile(scores.size(), std::vector<double>(taus.size()));
  for (std::size_t s = 0; s < subjects; ++s) {
    const std::vector<double> column = column_of(scores, s);
    const double best = *std::max_element(column.begin(), column.end());
    for (std::size_t m = 0; m < scores.size(); ++m) {
      for (std::size_t t = 0; t < taus.size(); ++t)
        profile[m][t] += best - column[m] <= taus[t] ? 1 : 0;
    }
  }
  for (std::vector<double>& method : profile) {
    for (double& share : method) share /= static_cast<double>(subjects);
  }
  return profile;
}

double signed_rank_p_value(std::span<const double> a, std::span<const double> b) {
  assert(a.size() == b.size());
  constexpr std::size_t kExact = 200;
  std::vector<double> distances;
  std::vector<bool> positive;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    distances.push_back(std::abs(a[i] - b[i]));
    positive.push_back(a[i] > b[i]);
  }
  if (distances.empty()) return 1;
  const std::vector<double> ranks = mid_ranks(distances);
  double above = 0, below = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) (positive[i] ? above : below) += ranks[i];
  return ranks.size() <= kExact ? exact_p_value(ranks, std::min(above, below))
                                : normal_p_value(ranks, std::min(above, below));
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order = positions(p_values.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return p_values[i] < p_values[j]; });
  std::vector<double> corrected(p_values.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double step = static_cast<double>(order.size() - i) * p_values[order[i]];
    largest = std::max(largest, std::min(1.0, step));
    corrected[order[i]] = largest;
  }
  return corrected;
}

RankComparison compare_ranks(const ScoreTable& scores) {
  RankComparison comparison{.ranks = average_ranks(scores), .pairs = {}, .groups = {}};
  std::vector<double> p_values;
  for (std::size_t a = 0; a < scores.size(); ++a) {
    for (std::size_t b = a + 1; b < scores.size(); ++b) {
      p_values.push_back(signed_rank_p_value(scores[a], scores[b]));
      comparison.pairs.push_back({a, b, p_values.back(), 1});
    }
  }
  const std::vector<double> corrected = holm(p_values);
  for (std::size_t i = 0; i < corrected.size(); ++i) comparison.pairs[i].corrected = corrected[i];
  comparison.groups = groups_of(comparison);
  return comparison;
}

}  // namespace zopo::bench
