#pragma once
// Confidence intervals by resampling.

#include <span>

#include "zopo/task/statistics.h"

namespace zopo::bench {

double mean_of(std::span<const double> values);

// 95 % percentile interval of the mean over the items (Efron & Tibshirani 1993, ch. 13), 10,000
// resamples, always the same ones for the same number of items, so that paired figures stay paired.
// Requires values.
task::Interval bootstrap_mean(std::span<const double> values);

}  // namespace zopo::bench
