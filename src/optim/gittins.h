#pragma once
// What a prompt is worth looking at, where every answer has its price.
//
// Of the prompt's accuracy we believe Beta(mean K, (1 - mean) K). An answer costs `price`, in units
// of the accuracy. At any time one may stop and take the better of the prompt's posterior mean and
// a sure alternative g. The index is the g at which looking on and taking g are worth the same: the
// prompt deserves a look as long as the best alternative is below it. For independent prompts the
// highest index first is optimal (J. C. Gittins, "Bandit processes and dynamic allocation indices",
// J. R. Stat. Soc. B 41, 1979; with stopping: K. D. Glazebrook, Adv. Appl. Prob. 11, 1979).
//
// A prompt that is not written yet is a closed box: opening it costs `opening` more, once, and it
// may then be taken unseen. Its index is the reservation price of M. L. Weitzman, "Optimal search
// for the best alternative", Econometrica 47, 1979.
//
//   const IndexTable index(3e-4);
//   index(0.5, 12)                    // of Beta(6, 6): 0.5 and a bonus
//   boxed_index({0.5, 12}, 3e-4, 10 * 3e-4)

#include <memory>
#include <vector>

namespace zopo::optim {

// Beta(mean K, (1 - mean) K).
struct AccuracyBelief {
  double mean = 0;          // in [0, 1]
  double pseudo_count = 1;  // K > 0
};

// The belief of that mean and standard deviation.
AccuracyBelief accuracy_belief(double mean, double sd);

// By backward induction over at most kIndexHorizon answers and bisection, to 1e-4. Requires price >
// 0. Never below the mean.
double gittins_index(const AccuracyBelief& belief, double price);
// The same of a prompt that has to be written first. Requires price > 0, opening >= 0. At most
// gittins_index(); below the mean, even below 0, where opening costs more than looking can gain.
double boxed_index(const AccuracyBelief& belief, double price, double opening);

inline constexpr int kIndexHorizon = 80;
// What bisection and interpolation leave open.
inline constexpr double kIndexTolerance = 1e-4;

// gittins_index() at one price, interpolated between the nodes of a grid over mean and log K.
// Beyond the grid (K from .5 to 400) the nearest of it counts.
class IndexTable {
 public:
  explicit IndexTable(double price);
  double operator()(const AccuracyBelief& belief) const;

 private:
  double bonus(std::size_t k, std::size_t mean) const;
  std::vector<double> bonuses_;  // index less mean [counts x means]
};

// The table of a price, made once in a process: it takes a quarter of a second. Thread-safe.
std::shared_ptr<const IndexTable> index_table(double price);

}  // namespace zopo::optim
