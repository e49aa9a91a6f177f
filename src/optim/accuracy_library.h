#pragma once
// What the prompts of a task score, where nothing but their answers is known: each one's accuracy
// comes from one Beta distribution, and which one of a library, the answers of all prompts say
// (full Bayes over the library, a flat prior over its members).

#include <vector>

#include "optim/call_by_call.h"
#include "optim/gittins.h"

namespace zopo::optim {

class AccuracyLibrary {
 public:
  // Means .025 .. .975, pseudo-counts 1 .. 64.
  AccuracyLibrary();

  // Weighs the members by the evidence of all arms.
  void weigh(const std::vector<Arm>& arms);

  // Members that weigh anything, and their weights, which sum to 1.
  struct Member {
    AccuracyBelief prior;
    double weight = 0;
  };
  const std::vector<Member>& members() const { return likely_; }

  // Expected accuracy after n answers whose scores sum to `sum`.
  double mean(double n, double sum) const;

 private:
  std::vector<AccuracyBelief> all_;
  std::vector<Member> likely_;
};

// The belief after n answers whose scores sum to `sum`.
AccuracyBelief after_answers(const AccuracyBelief& prior, double n, double sum);

}  // namespace zopo::optim
