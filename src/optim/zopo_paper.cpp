// zopo-paper: localized zeroth-order prompt optimization as its paper describes it (Hu, Shu et al.,
// NeurIPS 2024, Sec. 4): a Gaussian process with a neural tangent kernel, the gradient of its mean
// at the current prompt, a step along it, the nearest prompt not yet queried; local
// exploration while the gradient is uncertain.
//
// Where it departs, and why: the kernel is the smooth erf NTK of infinite width, chosen by evidence
// at each step, because the gradient's variance exists only for a smooth kernel; uncertainty is the
// variance of the derivative along the proposed step relative to its prior, because in d > n
// dimensions the variance of the whole gradient hardly falls; an explored prompt can become the
// current one.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "optim/methods.h"
#include "optim/option_reader.h"
#include "optim/queried_gram.h"
#include "optim/surrogate.h"
#include "optim/whole_evaluations.h"
#include "zopo/gp/span_derivative.h"

namespace zopo::optim {
namespace {

struct PaperOptions {
  std::string kernel;            // family
  double step;                   // eta, in kernel units for standardised scores
  Index local_set;               // queried prompts that the process is fitted to
  std::int64_t tolerance;        // steps in a row without a new best before going back to the best
  Index neighbors;               // prompts queried by one exploration
  double uncertainty_threshold;  // lambda, of u' Sigma u / u' M u
  std::int64_t uncertainty_count;  // xi
  Index projection;  // prompts nearest to the step's end, of which the highest bound is queried
  KernelSpace::Origin origin;
  bool evidence;  // else the family's first kernel with amplitude 1
  RacingOptions racing;
};

PaperOptions read_options(const nlohmann::json& json) {
  OptionReader read("zopo-paper", json);
  PaperOptions options{
      .kernel = read.choice("kernel", "ntk-erf", known_families()),
      .step = read.number("step", 1.0, 0.0, 1e9),
      .local_set = read.integer("local_set", 40, 1, 100000),
      .tolerance = read.integer("tolerance", 2, 0, 1000000),
      .neighbors = read.integer("neighbors", 5, 1, 100000),
      .uncertainty_threshold = read.number("uncertainty_threshold", 0.8, 0.0, 1.0),
      .uncertainty_count = read.integer("uncertainty_count", 5, 1, 1000000),
      .projection = read.integer("projection", 1, 1, 100000),
      .origin = read_origin(read),
      .evidence = read.flag("evidence", true),
      .racing = read_racing(read),
  };
  read.finish();
  return options;
}

// The process fitted to the prompts around z_t.
struct LocalFit {
  std::vector<Index> members;  // positions in the Gram matrix; the first is z_t
  Matrix dots;                 // [n x n]
  Vector squared_norms;        // [n]
  Targets targets;
  Prior prior;
  gp::Posterior posterior;
};

// The gradient of its mean at z_t, as coefficients of the local points, and how sure it is.
struct Ascent {
  Vector coefficients;  // mu = sum_i c_i x_i [n]
  double norm = 0;
  double uncertainty = 1;  // of the derivative along mu, relative to its prior
};

class ZopoPaper final : public WholeEvaluations {
 public:
  ZopoPaper(const Problem& problem, PaperOptions options)
      : WholeEvaluations(problem, initial_design(problem), options.racing),
        options_(std::move(options)),
        domain_(problem.embeddings),
        space_(domain_, options_.origin),
        kernels_(kernel_family(options_.kernel, space_)),
        queried_(space_) {}

 private:
  std::vector<Query> choose() override {
    learn();
    update_current();
    const LocalFit fit = fit_locally();
    const Ascent ascent = gradient(fit);
    count_uncertainty(ascent);
    if (ascent.norm == 0 || uncertain_steps_ >= options_.uncertainty_count) return explore();
    return step(fit, ascent);
  }

  void learn() {
    const std::vector<Tally>& tallies = evaluations().tallies();
    while (queried_.size() < static_cast<Index>(tallies.size())) {
      queried_.add(tallies[static_cast<std::size_t>(queried_.size())].id);
    }
  }

  // The current prompt: the one told last, or the best of an exploration and its centre;
  // the best of all after too many steps without a new best.
  void update_current() {
    if (at_ < 0) {
      at_ = static_cast<Index>(evaluations().best());
      best_ = value(at_);
      return;
    }
    if (exploring_) {
      for (const CandidateId id : last_round()) consider(evaluations().position(id));
    } else if (!last_round().empty() && evaluations().position(last_round().back()) >= 0) {
      at_ = evaluations().position(last_round().back());
    }
    misses_ = value(at_) > best_ ? 0 : misses_ + 1;
    best_ = std::max(best_, value(at_));
    if (misses_ > options_.tolerance) {
      at_ = static_cast<Index>(evaluations().best());
      misses_ = 0;
    }
  }

  void consider(Index position) {
    if (position >= 0 && value(position) > value(at_)) at_ = position;
  }

  double value(Index position) const {
    return evaluations().tallies()[static_cast<std::size_t>(position)].mean();
  }

  LocalFit fit_locally() const {
    const std::vector<Index> members = queried_.nearest(at_, options_.local_set);
    std::vector<Tally> tallies;
    for (const Index i : members) {
      tallies.push_back(evaluations().tallies()[static_cast<std::size_t>(i)]);
    }
    const Matrix dots = queried_.dots()(members, members);
    const Vector squares = queried_.squared_norms()(members);
    const Targets targets = standardise(tallies, evaluations().binary());
    const Prior prior = choose(dots, squares, targets);
    const Matrix gram = prior.kernel->gram_from_dots(dots, squares, squares);
    return {members, dots,  squares,
            targets, prior, gp::Posterior::fit(gram, targets.y, prior.diagonal(targets.noise))};
  }

  Prior choose(const Matrix& dots, const Vector& squares, const Targets& targets) const {
    if (!options_.evidence) return {.kernel = kernels_.front()};
    std::vector<Matrix> grams;
    for (const KernelPtr& kernel : kernels_) {
      grams.push_back(kernel->gram_from_dots(dots, squares, squares));
    }
    return choose_prior(kernels_, grams, targets);
  }

  // mu(z_t) and u' Sigma u / u' M u for u = mu / |mu|, from inner products alone.
  static Ascent gradient(const LocalFit& fit) {
    const gp::SpanDerivative derivative(*fit.prior.kernel, fit.posterior,
                                        {fit.dots.col(0), fit.squared_norms(0), fit.squared_norms});
    Ascent ascent;
    ascent.coefficients = derivative.along_x();
    ascent.coefficients(0) += derivative.along_z();
    ascent.norm = derivative.norm(fit.dots);
    if (!(ascent.norm > 0)) return ascent;
    const Vector xu = derivative.dot_x(fit.dots) / ascent.norm;
    const gp::DirectionalVariance v = derivative.variance(xu, derivative.dot_z() / ascent.norm, 1);
    if (v.prior > 0) ascent.uncertainty = v.posterior / v.prior;
    return ascent;
  }

  void count_uncertainty(const Ascent& ascent) {
    uncertain_steps_ =
        ascent.uncertainty > options_.uncertainty_threshold ? uncertain_steps_ + 1 : 0;
  }

  std::vector<Query> explore() {
    exploring_ = true;
    uncertain_steps_ = 0;
    std::vector<Query> round;
    const Vector here = domain_.point(queried_.id(at_));
    for (const CandidateId id : domain_.nearest(here, options_.neighbors, &evaluations().asked())) {
      round.push_back(query_of(id, Phase::explore));
    }
    return round;
  }

  // z' = z_t + eta mu(z_t), projected to the nearest prompt not yet queried; with a projection
  // beyond 1, to the highest upper confidence bound among so many nearest ones.
  std::vector<Query> step(const LocalFit& fit, const Ascent& ascent) {
    exploring_ = false;
    Vector target = queried_.points().row(at_).transpose();
    for (std::size_t i = 0; i < fit.members.size(); ++i) {
      const double weight = options_.step * ascent.coefficients(static_cast<Index>(i));
      target += weight * queried_.points().row(fit.members[i]).transpose();
    }
    std::vector<Query> round;
    for (const CandidateId id :
         domain_.nearest(space_.to_domain(target), options_.projection, &evaluations().asked())) {
      const Query query = described(id, fit, ascent);
      if (round.empty()) round.push_back(query);
      if (bound(query) > bound(round.front())) round.front() = query;
    }
    return round;
  }

  static double bound(const Query& query) {
    constexpr double kBeta = 2;
    return *query.posterior_mean + kBeta * *query.posterior_sd;
  }

  Query described(CandidateId id, const LocalFit& fit, const Ascent& ascent) const {
    const Vector point = space_.point(id);
    const double square = point.squaredNorm();
    const Vector dots = queried_.points()(fit.members, Eigen::all) * point;
    const Matrix cross =
        fit.prior.kernel->gram_from_dots(dots, fit.squared_norms, Vector::Constant(1, square));
    const double prior = fit.prior.kernel->value(square, square, square);
    Query query = query_of(id, Phase::search);
    query.posterior_mean = fit.targets.center + fit.targets.scale * fit.posterior.mean(cross)(0);
    query.posterior_sd =
        fit.targets.scale * std::sqrt(fit.posterior.variance(cross, Vector::Constant(1, prior))(0));
    query.gradient_norm = ascent.norm;
    return query;
  }

  const PaperOptions options_;
  const Domain domain_;
  const KernelSpace space_;
  const std::vector<KernelPtr> kernels_;
  QueriedGram queried_;  // in the order of evaluations().tallies()
  Index at_ = -1;        // z_t, a position in it
  double best_ = 0;
  std::int64_t misses_ = 0;
  std::int64_t uncertain_steps_ = 0;
  bool exploring_ = false;
};

}  // namespace

std::unique_ptr<Method> make_zopo_paper(const Problem& problem, const nlohmann::json& options) {
  return std::make_unique<ZopoPaper>(problem, read_options(options));
}

}  // namespace zopo::optim
