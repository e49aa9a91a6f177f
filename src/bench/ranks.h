#pragma once
// Several methods on several subjects: who is where, and which differences can be told from chance.

#include <cstddef>
#include <span>
#include <vector>

namespace zopo::bench {

// scores [methods x subjects]; more is better. Requires at least one of each.
using ScoreTable = std::vector<std::vector<double>>;

// Each method's rank averaged over the subjects; 1 is the best, equal scores share the mean of
// their ranks (Demsar, JMLR 2006).
std::vector<double> average_ranks(const ScoreTable& scores);

// The share of subjects on which a method is within tau of the best one, at each tau: the
// performance profile of ZOPO's paper (arXiv 2403.02993; Dolan & More, Math. Program. 2002).
// [methods x taus]
ScoreTable performance_profile(const ScoreTable& scores, std::span<const double> taus);
// 41 of them, in equal steps from 0 to the largest distance from the best.
std::vector<double> profile_taus(const ScoreTable& scores);

// Two-sided Wilcoxon signed-rank test of the paired scores; pairs that are equal are left out,
// equal distances share their mean rank. Exact, given the ranks, up to 200 pairs; beyond, the
// normal approximation with its correction for ties.
double signed_rank_p_value(std::span<const double> a, std::span<const double> b);

// p_values of one family -> those of Holm's step-down procedure (Scand. J. Stat. 1979).
std::vector<double> holm(std::span<const double> p_values);

// Which methods do not differ: Wilcoxon's test of every pair, Holm's correction over the pairs, as
// Benavoli, Corani & Mangili advise (JMLR 2016) in place of Nemenyi's, which depends on the other
// methods.
struct PairTest {
  std::size_t a = 0, b = 0;
  double p_value = 1, corrected = 1;
};
struct RankComparison {
  std::vector<double> ranks;
  std::vector<PairTest> pairs;
  // Largest sets of methods, in order of rank, no two of which differ at 0.05; of two and more.
  std::vector<std::vector<std::size_t>> groups;
};
RankComparison compare_ranks(const ScoreTable& scores);

}  // namespace zopo::bench
