#pragma once
// How much better than their parents are the prompts that a way writes? The gains of its children,
// each a child's score less its parent's, are taken as N(d, s^2) with a normal-inverse-gamma prior:
// d = 0 and s^2 = half the variance of all scores, worth one child. In whatever units the scores
// are.

#include <span>

namespace zopo::optim {

struct Gain {
  double mean = 0;
  double variance = 0;  // how uncertain it is, >= 0
};

// The gain of the way's next child: d, and s^2 with what is not known of d. gains: of its children
// so far; prior_variance > 0: of s^2.
Gain next_gain(std::span<const Gain> gains, double prior_variance);

}  // namespace zopo::optim
