#pragma once
// How much a score can be trusted: intervals of one mean, and the paired comparison of two.

#include <cstdint>
#include <span>
#include <string>

namespace zopo::task {

struct Interval {
  double low = 0;
  double high = 1;
};

// 95 % interval of a proportion, n > 0 trials with sum successes: Wilson's score interval (JASA
// 1927), recommended for few trials by Brown, Cai and DasGupta (Statistical Science 2001). Over
// proportions spread evenly from 0 to 1 it covers 95.5 % at n = 5, 95.3 % at 20 and 95.1 % at 100;
// at one proportion more or less, as outcomes are whole numbers.
Interval wilson_interval(double sum, std::int64_t n);

// 95 % interval of the mean p of scores in [0, 1]: Wilson's where all are 0 or 1, else Wilson's at
// the effective number of trials n p (1 - p) / s^2 (Korn and Graubard, Survey Methodology 1998).
// s^2 is the scores' variance with two pseudo-scores of variance p (1 - p), so that a few close
// scores are not taken for certainty. Requires at least one score.
Interval mean_interval(std::span<const double> scores);

struct PairedDifference {
  double value = 0;  // mean of a - b
  // 95 %, percentile bootstrap over the pairs and one imagined pair in either direction, 10,000
  // seeded resamples.
  Interval ci;
  double p_value = 1;        // see paired_p_value
  bool significant = false;  // p_value < 0.05
};

// Requires a.size() == b.size() > 0; a[i] and b[i] are scores of the same example.
PairedDifference paired_difference(std::span<const double> a, std::span<const double> b);

// Two-sided, of "neither is better", as above. Where all scores are 0 or 1: McNemar's test, exact
// (the binomial of the discordant pairs; Psychometrika 1947). Else the sign-flip permutation test:
// over all patterns of signs up to 13 pairs that differ, else over 10,000 seeded draws and the
// pattern observed (Phipson and Smyth, SAGMB 2010). The level of both holds at any n.
double paired_p_value(std::span<const double> a, std::span<const double> b);

// "significantly better" (a than b), "significantly worse" or "not significant".
std::string verdict(const PairedDifference& difference);

// P(X <= k or X >= n - k), X ~ Binomial(n, 1/2), at most 1: the two-sided exact sign test.
double sign_test_p_value(std::int64_t k, std::int64_t n);

}  // namespace zopo::task
