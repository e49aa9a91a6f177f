// zopo-reference: the authors' published program, step for step, in double precision (Hu, Shu et
// al., NeurIPS 2024), its faults included: the uncertainty it tests is the variance of the value at
// a point just queried, which its noise decides; an explored prompt never becomes the
// current one. For comparison; zopo-paper and zopo mend them.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "optim/adam.h"
#include "optim/methods.h"
#include "optim/option_reader.h"
#include "optim/whole_evaluations.h"
#include "zopo/base/error.h"
#include "zopo/gp/point_posterior.h"
#include "zopo/kernel/ntk_empirical.h"

namespace zopo::optim {
namespace {

struct ReferenceOptions {
  double learning_rate;
  std::int64_t tolerance;
  Index neighbors;
  Index gp_queries;
  std::int64_t uncertainty_count;
  double uncertainty_threshold;
  double noise_sd;
  kernel::Network network;  // of the surrogate, never trained
  std::vector<CandidateId> initial;
};

[[noreturn]] void refuse(const std::string& what) {
  throw Failure(ErrorKind::config, "Method zopo-reference: " + what);
}

Vector read_vector(const nlohmann::json& json) {
  const std::vector<double> values = json.get<std::vector<double>>();
  return Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size()));
}

Matrix read_matrix(const nlohmann::json& json) {
  const std::size_t columns = json.at(0).size();
  Matrix matrix(static_cast<Index>(json.size()), static_cast<Index>(columns));
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json.at(i).size() != columns) refuse("the rows of a layer's \"W\" differ in length");
    matrix.row(static_cast<Index>(i)) = read_vector(json.at(i)).transpose();
  }
  return matrix;
}

// "layers": [{"W": [[..]], "b": [..]}, ..], frozen weights; else N(0, 1) of the widths "hidden".
kernel::Network read_network(OptionReader& read, const Problem& problem) {
  const nlohmann::json layers = read.raw("layers"), hidden = read.raw("hidden");
  kernel::Network network;
  try {
    if (layers.is_null()) {
      std::vector<Index> widths = {problem.embeddings.dim()};
      for (const nlohmann::json& width : hidden.is_null() ? nlohmann::json{32, 32} : hidden) {
        widths.push_back(width.get<Index>());
        if (widths.back() < 1) refuse("a width in \"hidden\" is below 1");
      }
      widths.push_back(1);
      return kernel::random_network(widths, kernel::Activation::relu, true, problem.seed);
    }
    for (const nlohmann::json& layer : layers) {
      network.layers.push_back({read_matrix(layer.at("W")), read_vector(layer.at("b"))});
    }
  } catch (const nlohmann::json::exception&) {
    refuse(
        "\"layers\" must be a list of {\"W\": rows, \"b\": numbers} and \"hidden\" a list of "
        "widths");
  }
  kernel::check_network(network);
  if (network.input_dim() != problem.embeddings.dim()) {
    refuse(fmt::format("the network takes {} numbers, the embeddings have {}", network.input_dim(),
                       problem.embeddings.dim()));
  }
  return network;
}

// "initial": ids, in the order to be queried; else the initial design of all methods.
std::vector<CandidateId> read_initial(OptionReader& read, const Problem& problem) {
  const nlohmann::json ids = read.raw("initial");
  if (ids.is_null()) return initial_design(problem);
  std::vector<CandidateId> initial;
  for (const nlohmann::json& id : ids) {
    const bool known = id.is_number_integer() && id.get<CandidateId>() >= 0 &&
                       id.get<CandidateId>() < problem.embeddings.rows();
    if (!known) refuse("\"initial\" holds " + id.dump() + ", which is no candidate");
    if (std::find(initial.begin(), initial.end(), id.get<CandidateId>()) != initial.end()) {
      refuse("\"initial\" holds " + id.dump() + " twice");
    }
    initial.push_back(id.get<CandidateId>());
  }
  if (problem.baseline && !initial.empty()) put_first(*problem.baseline, initial);
  return initial;
}

ReferenceOptions read_options(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("zopo-reference", json);
  ReferenceOptions options{
      .learning_rate = read.number("learning_rate", 0.01, 0.0, 1e9),
      .tolerance = read.integer("tolerance", 2, 0, 1000000),
      .neighbors = read.integer("neighbors", 10, 1, 100000),
      .gp_queries = read.integer("gp_queries", 20, 1, 100000),
      .uncertainty_count = read.integer("uncertainty_count", 5, 1, 1000000),
      .uncertainty_threshold = read.number("uncertainty_threshold", 0.01, 0.0, 1e9),
      .noise_sd = read.number("noise_sd", 0.01, 0.0, 1e9),
      .network = read_network(read, problem),
      .initial = read_initial(read, problem),
  };
  read.finish();
  return options;
}

// Min-max scaling per coordinate by the local set; a constant coordinate stays as it is.
struct InputScaling {
  Vector shift, width;  // [d]

  explicit InputScaling(const RowMatrix& x)
      : shift(x.colwise().minCoeff()), width(x.colwise().maxCoeff().transpose() - shift) {
    for (Index j = 0; j < shift.size(); ++j) {
      if (width(j) > 0) continue;
      width(j) = 1;
      shift(j) = 0;
    }
  }
  RowMatrix operator()(const RowMatrix& x) const {
    return (x.rowwise() - shift.transpose()).array().rowwise() / width.transpose().array();
  }
};

struct LocalSlope {
  Vector gradient;         // of the posterior mean, by the raw embedding [d]
  double uncertainty = 0;  // |posterior variance of f|
};

class ZopoReference final : public WholeEvaluations {
 public:
  ZopoReference(const Problem& problem, ReferenceOptions options)
      : WholeEvaluations(problem, options.initial),
        options_(std::move(options)),
        domain_(problem.embeddings),
        kernel_(std::make_shared<kernel::NtkEmpirical>(options_.network)),
        adam_(options_.learning_rate) {}

 private:
  // One call of the published loop, or what remains of it after an exploration.
  std::vector<Query> choose() override {
    if (!exploring_) {
      if (found_perfect_score()) return {};
      update_current();  // steps 1 and 2
    }
    exploring_ = false;
    LocalSlope slope = fit();  // steps 3 and 4
    count(slope);              // step 5
    if (wants_exploration(slope)) {
      std::vector<Query> round = explore();  // step 6
      if (!round.empty()) return round;
      count(slope);  // nothing left to explore: the program would fit the same set once more
    }
    return step(slope);  // step 7
  }

  // Step 8. The program looks for it at the end of a call.
  bool found_perfect_score() const {
    return at_ >= 0 && evaluations().tallies()[evaluations().best()].mean() == 1.0;
  }

  void update_current() {
    const bool first = at_ < 0;
    at_ = first ? best_position() : position_of_last_step();
    if (first) best_ = value(at_);
    misses_ = value(at_) > best_ ? 0 : misses_ + 1;
    best_ = std::max(best_, value(at_));
    if (misses_ <= options_.tolerance) return;
    at_ = best_position();
    misses_ = 0;
    adam_.reset();
  }

  Index best_position() const { return static_cast<Index>(evaluations().best()); }
  Index position_of_last_step() const {
    const Index position = evaluations().position(stepped_to_);
    return position >= 0 ? position : at_;  // a prompt without an answer cannot be current
  }
  const Tally& tally(Index position) const {
    return evaluations().tallies()[static_cast<std::size_t>(position)];
  }
  double value(Index position) const { return tally(position).mean(); }
  Vector here() const { return problem().embeddings.row(tally(at_).id); }

  LocalSlope fit() const {
    const std::vector<CandidateId> members = local_set();
    RowMatrix x(static_cast<Index>(members.size()), domain_.dim());
    Vector y(x.rows());
    for (Index i = 0; i < x.rows(); ++i) {
      const CandidateId id = members[static_cast<std::size_t>(i)];
      x.row(i) = problem().embeddings.row(id).transpose();
      y(i) = value(evaluations().position(id));
    }
    const InputScaling scaling(x);
    const RowMatrix z = scaling(here().transpose());
    const RowMatrix scaled = scaling(x);
    const double variance = options_.noise_sd * options_.noise_sd;
    if (!kernel_->gram(scaled, scaled).allFinite()) {
      return {Vector::Zero(domain_.dim()), 0};  // a constant coordinate beyond the range of doubles
    }
    const gp::PointPosterior posterior =
        gp::PointPosterior::fit(kernel_, scaled, y, Vector::Constant(y.size(), variance));
    const Vector gradient = posterior.gradient(z.row(0).transpose());
    return {gradient.cwiseQuotient(scaling.width), std::abs(posterior.variance(z)(0))};
  }

  // The queried points nearest to z_t, itself among them.
  std::vector<CandidateId> local_set() const {
    Flags skip(static_cast<std::size_t>(domain_.size()), 1);
    for (const Tally& told : evaluations().tallies()) skip[static_cast<std::size_t>(told.id)] = 0;
    return domain_.nearest(domain_.point(tally(at_).id), options_.gp_queries, &skip);
  }

  void count(const LocalSlope& slope) {
    if (slope.uncertainty > options_.uncertainty_threshold) ++uncertain_steps_;
    if (slope.uncertainty < options_.uncertainty_threshold) uncertain_steps_ = 0;
  }

  bool wants_exploration(const LocalSlope& slope) const {
    // k counts the query of the running call already; it may not pass T - neighbours.
    const bool affordable = evaluations_left() - 1 >= options_.neighbors;
    return slope.gradient.sum() == 0 ||
           (uncertain_steps_ >= options_.uncertainty_count && affordable);
  }

  std::vector<Query> explore() {
    misses_ = uncertain_steps_ = 0;
    exploring_ = true;
    std::vector<Query> round;
    for (const CandidateId id : domain_.nearest(domain_.point(tally(at_).id), options_.neighbors)) {
      if (!evaluations().is_asked(id)) round.push_back(query_of(id, Phase::explore));
    }
    exploring_ = !round.empty();
    return round;
  }

  std::vector<Query> step(const LocalSlope& slope) {
    const Vector target = domain_.unit() * (here() + adam_.step(slope.gradient));
    stepped_to_ = domain_.nearest(target, 1, &evaluations().asked()).front();
    Query query = query_of(stepped_to_, Phase::search);
    query.gradient_norm = slope.gradient.stableNorm();
    return {query};
  }

  const ReferenceOptions options_;
  const Domain domain_;
  const std::shared_ptr<const kernel::NtkEmpirical> kernel_;
  Adam adam_;
  Index at_ = -1;  // z_t, a position in the tallies
  CandidateId stepped_to_ = -1;
  double best_ = 0;
  std::int64_t misses_ = 0;
  std::int64_t uncertain_steps_ = 0;
  bool exploring_ = false;
};

}  // namespace

std::unique_ptr<Method> make_zopo_reference(const Problem& problem, const nlohmann::json& options) {
  return std::make_unique<ZopoReference>(problem, read_options(problem, options));
}

}  // namespace zopo::optim
