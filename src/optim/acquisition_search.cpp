// gp-ucb, gp-ei and ntk-ucb: the highest acquisition over all unqueried candidates under a Gaussian
// process over the whole domain.
//
// gp-ucb: Srinivas et al., ICML 2010; gp-ei: Jones, Schonlau & Welch, J. Global Optimization 1998,
// both with Matern 5/2 of median-distance length scale. ntk-ucb: the idea of INSTINCT (Lin et al.,
// ICML 2024), a neural tangent kernel in UCB, here with the same kernels and the same evidence as
// the methods it is compared with.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "optim/acquisition.h"
#include "optim/global_model.h"
#include "optim/methods.h"
#include "optim/option_reader.h"
#include "optim/whole_evaluations.h"
#include "zopo/base/random.h"
#include "zopo/kernel/registry.h"

namespace zopo::optim {
namespace {

// Median distance between candidates in kernel units, over at most 200 drawn from the seed; 1 when
// they all coincide.
double median_distance(const KernelSpace& space, std::uint64_t seed) {
  constexpr std::int64_t kSample = 200;
  Rng rng(seed, "length-scale");
  QueriedGram sample(space);
  for (const CandidateId id : rng.sample(space.size(), std::min<Index>(kSample, space.size()))) {
    sample.add(id);
  }
  std::vector<double> distances;
  for (Index j = 0; j < sample.size(); ++j) {
    for (Index i = 0; i < j; ++i) {
      if (const double square = sample.squared_distance(i, j); square > 0) {
        distances.push_back(std::sqrt(square));
      }
    }
  }
  if (distances.empty()) return 1;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

// The acquisition of a candidate with posterior mean and sd, given the best posterior mean among
// those queried.
using Acquisition = double (*)(double mean, double sd, double best, double beta);

double bound(double mean, double sd, double /*best*/, double beta) {
  return upper_confidence_bound(mean, sd, beta);
}

double improvement(double mean, double sd, double best, double /*beta*/) {
  return expected_improvement(mean, sd, best);
}

struct SearchOptions {
  Acquisition acquisition = bound;
  double beta = 2;
  GlobalModelOptions model;
  KernelSpace::Origin origin = KernelSpace::Origin::zero;
  RacingOptions racing;
};

class AcquisitionSearch final : public WholeEvaluations {
 public:
  // make_kernels(space) -> the kernels of the model.
  template <class MakeKernels>
  AcquisitionSearch(const Problem& problem, SearchOptions options, MakeKernels make_kernels)
      : WholeEvaluations(problem, initial_design(problem), options.racing),
        options_(options),
        domain_(problem.embeddings),
        space_(domain_, options.origin),
        model_(space_, make_kernels(space_), options.model) {}

 private:
  std::vector<Query> choose() override {
    model_.learn(evaluations());
    const Index id = best_candidate(best_mean_so_far());
    Query query = query_of(id, Phase::search);
    query.posterior_mean = model_.score(model_.mean()(id));
    query.posterior_sd = model_.score_sd(model_.variance()(id));
    return {query};
  }

  double best_mean_so_far() const {
    double best = -std::numeric_limits<double>::infinity();
    for (const Tally& tally : evaluations().tallies()) {
      best = std::max(best, model_.mean()(tally.id));
    }
    return best;
  }

  // Equal acquisitions go to the lower id.
  Index best_candidate(double best_mean) const {
    Index choice = -1;
    double highest = 0;
    for (Index i = 0; i < domain_.size(); ++i) {
      if (evaluations().is_asked(i)) continue;
      const double value = options_.acquisition(model_.mean()(i), std::sqrt(model_.variance()(i)),
                                                best_mean, options_.beta);
      if (choice >= 0 && !(value > highest)) continue;
      choice = i;
      highest = value;
    }
    return choice;
  }

  const SearchOptions options_;
  const Domain domain_;
  const KernelSpace space_;
  GlobalModel model_;
};

std::unique_ptr<Method> ntk_search(const Problem& problem, const SearchOptions& options) {
  return std::make_unique<AcquisitionSearch>(
      problem, options, [](const KernelSpace& space) { return kernel_family("ntk-erf", space); });
}

std::unique_ptr<Method> matern_search(const Problem& problem, SearchOptions options) {
  options.model.evidence = false;
  options.origin = KernelSpace::Origin::mean;
  return std::make_unique<AcquisitionSearch>(problem, options, [&](const KernelSpace& space) {
    const double length_scale = median_distance(space, problem.seed);
    return std::vector<KernelPtr>{kernel::make_kernel("matern52", {.length_scale = length_scale})};
  });
}

}  // namespace

std::unique_ptr<Method> make_gp_ucb(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("gp-ucb", json);
  SearchOptions options;
  options.beta = read.number("beta", options.beta, 0, 1e6);
  options.racing = read_racing(read);
  read.finish();
  return matern_search(problem, options);
}

std::unique_ptr<Method> make_gp_ei(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("gp-ei", json);
  SearchOptions options;
  options.racing = read_racing(read);
  read.finish();
  options.acquisition = improvement;
  return matern_search(problem, options);
}

std::unique_ptr<Method> make_ntk_ucb(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("ntk-ucb", json);
  SearchOptions options;
  options.beta = read.number("beta", options.beta, 0, 1e6);
  options.model.evidence = read.flag("evidence", options.model.evidence);
  options.model.refresh_growth =
      read.number("refresh_growth", options.model.refresh_growth, 0, 1e6);
  options.origin = read_origin(read);
  options.racing = read_racing(read);
  read.finish();
  return ntk_search(problem, options);
}

std::unique_ptr<Method> make_whole_zopo(const Problem& problem, OptionReader& read) {
  SearchOptions options;
  options.beta = read.number("beta", options.beta, 0, 1e6);
  options.model.evidence = read.flag("evidence", options.model.evidence);
  options.origin = KernelSpace::Origin::mean;
  read.finish();
  return ntk_search(problem, options);
}

}  // namespace zopo::optim
