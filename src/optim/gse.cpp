// gse: halving where a linear model of the embeddings decides which half of the prompts goes on.
//
// Generalized Successive Elimination: M. Azizi, B. Kveton & M. Ghavamzadeh, "Fixed-Budget Best-Arm
// Identification in Structured Bandits", IJCAI 2022, arXiv 2106.04763, Alg. 1, as TRIPLE-GSE uses
// it for prompts (C. Shi et al., NeurIPS 2024, arXiv 2402.09723). Calls are spread evenly over the
// prompts left, as the authors' program does; with more dimensions than prompts that is a G-optimal
// design. Departures: the model is Bayesian, its strength and the prompts' own deviations chosen by
// evidence, in place of a random projection to few dimensions; answers of all stages count.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "optim/halving.h"
#include "optim/methods.h"
#include "optim/queried_gram.h"
#include "zopo/gp/cholesky.h"
#include "zopo/gp/evidence.h"

namespace zopo::optim {
namespace {

constexpr double kLeastSpread = 0.02;  // p (1 - p) of an answer, at least

// Variances, in score units squared: of the linear part over the prompts, and of a prompt beside.
const gp::EvidenceGrid& strengths() {
  static const gp::EvidenceGrid grid{
      .amplitudes = {0.003, 0.01, 0.03, 0.1}, .deviations = {0.001, 0.01}, .noise_scales = {1.0}};
  return grid;
}

class Gse final : public Halving {
 public:
  Gse(const Problem& problem, const CallOptions& options)
      : Halving(problem, options),
        domain_(problem.embeddings),
        space_(domain_, KernelSpace::Origin::mean),
        points_(space_),
        estimates_(arms().size(), 0) {}

 private:
  void learn(const std::vector<Outcome>& /*outcomes*/) override {
    while (points_.size() < static_cast<Index>(tried().size()))
      points_.add(arms()[tried()[static_cast<std::size_t>(points_.size())]].id);
    const double pooled = pooled_mean(arms());
    const Vector fitted = posterior_mean(pooled);
    for (std::size_t i = 0; i < tried().size(); ++i)
      estimates_[tried()[i]] = pooled + fitted(static_cast<Index>(i));
  }

  // Of what the prompts tried have beyond the pooled mean [n].
  Vector posterior_mean(double pooled) const {
    const Index n = points_.size();
    Vector y(n), noise(n);
    const double spread = std::max(pooled * (1 - pooled), kLeastSpread);
    for (Index i = 0; i < n; ++i) {
      const Arm& arm = arms()[tried()[static_cast<std::size_t>(i)]];
      y(i) = arm.mean() - pooled;
      noise(i) = spread / static_cast<double>(arm.n);
    }
    const std::vector<Matrix> grams = {Matrix(points_.dots())};
    const gp::EvidencePoint best = gp::best_of(gp::evidence(grams, y, noise, strengths()));
    Matrix prior = best.amplitude * grams.front();
    prior.diagonal().array() += best.deviation;
    Matrix covariance = prior;
    covariance.diagonal() += noise;
    return prior * gp::Cholesky::of(covariance).solve(y);
  }

  double estimate(std::size_t arm) const override { return estimates_[arm]; }

  const Domain domain_;
  const KernelSpace space_;
  QueriedGram points_;  // of tried()
  std::vector<double> estimates_;
};

}  // namespace

std::unique_ptr<Method> make_gse(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("gse", json);
  const CallOptions options = read_halving(problem, read, 2000);  // the model is cubic in them
  read.finish();
  return std::make_unique<Gse>(problem, options);
}

}  // namespace zopo::optim
