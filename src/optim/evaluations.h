#pragma once
// What has been asked and learnt of the candidates; shared by all methods.

#include <cstdint>
#include <vector>

#include "zopo/base/linalg.h"
#include "zopo/optim/domain.h"
#include "zopo/optim/method.h"

namespace zopo::optim {

// Outcomes of one candidate so far.
struct Tally {
  CandidateId id = 0;
  std::int64_t n = 0;  // >= 1
  double sum = 0;
  double sum_squares = 0;

  double mean() const { return sum / static_cast<double>(n); }
  // Sum of squared deviations from the mean, >= 0.
  double spread() const;
};

class Evaluations {
 public:
  explicit Evaluations(Index candidates);

  void mark_asked(CandidateId id);
  // Outcomes without scores leave no tally. Throws Failure{internal} for a score outside [0, 1] or
  // an unknown candidate.
  void add(const Outcome& outcome);

  // The candidate's evaluation was given up; what it answered stays.
  void give_up(CandidateId id);

  const Flags& asked() const { return asked_; }  // [m]
  bool is_asked(CandidateId id) const { return asked_[static_cast<std::size_t>(id)] != 0; }
  Index unasked() const { return unasked_; }
  // Candidates with outcomes, in the order first told.
  const std::vector<Tally>& tallies() const { return tallies_; }
  // Position of the best mean in tallies() among those not given up, or among all where there are
  // no others; the first of equals. Throws Failure{internal} where there is no tally.
  std::size_t best() const;
  // Throws Failure{internal} where there is no tally.
  void require_scores() const;
  // Position of candidate id in tallies(), or -1.
  Index position(CandidateId id) const { return position_[static_cast<std::size_t>(id)]; }
  // Has every score so far been 0 or 1?
  bool binary() const { return binary_; }

 private:
  Flags asked_, given_up_;
  std::vector<Index> position_;
  Index unasked_;
  std::vector<Tally> tallies_;
  bool binary_ = true;
};

// Throws Failure{internal} where the rows beyond `before` are not those that were written.
void require_rows(const std::vector<Written>& written, Index before, const data::Embeddings& all);

// Means in units a Gaussian process with prior mean 0 and variance about 1 understands.
struct Targets {
  double center = 0, scale = 1;  // score = center + scale * y
  Vector y;                      // [n]
  Vector noise;                  // variances of y [n]
};

// tallies [n] -> standardised means. Noise: the variance of the single scores (without bias) over
// their number, each candidate's own shrunk towards the pooled one by two pseudo-examples; for
// binary scores at least .02 (a run of equal answers is no proof of certainty), a coin's where
// nobody has answered twice, and 0 where evaluations repeat the same value, as recorded ones do.
// Scale: their standard deviation, at least .05.
Targets standardise(const std::vector<Tally>& tallies, bool binary);

}  // namespace zopo::optim
