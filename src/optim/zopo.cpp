// zopo: the search decides call by call. Each round it refits a Gaussian process with an effect per
// example to all answers so far, and hands out small blocks of examples by upper confidence bound
// over the pool of candidates, asked before or not. A block handed out counts as a
// pseudo-observation (GP-BUCB: Desautels, Krause & Burdick, JMLR 2014), so that a round spreads
// over several prompts and keeps the endpoint busy. Its last calls complete the finalists, so that
// what it recommends, the highest posterior mean among the prompts asked, has answered all of dev.
//
// The pool is the whole domain where that is small. A large one is searched locally (ZOPO, NeurIPS
// 2024, Sec. 4): each round the candidates nearest to z_t + eta mu(z_t) join the pool, z_t one of
// the incumbents in turn and mu the gradient of the posterior mean there, and with them a few from
// everywhere. The published step queries the nearest of them; here the posterior decides.
//
// Where the candidates around the incumbent no longer suffice (frontier.h), the caller may enlarge
// the domain; the history of before is learnt as it was told.

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "optim/beliefs.h"
#include "optim/frontier.h"
#include "optim/methods.h"
#include "optim/option_reader.h"
#include "optim/whole_evaluations.h"
#include "zopo/base/random.h"

namespace zopo::optim {
namespace {

struct ZopoOptions {
  double beta = 2.5;            // of the upper confidence bound
  std::int64_t first_look = 2;  // examples that a prompt is handed out at first
  std::int64_t block = 2;       // and at a time afterwards
  std::int64_t round = 20;      // calls in a round
  std::int64_t finalists = 3;   // that get all of dev, as far as kFinalShare of the calls goes
  bool localize = false;        // the pool is not the whole domain
  double step = 0.5;            // eta |mu|, in root mean square lengths of the embeddings
  std::int64_t neighbors = 20;  // that join the pool each round
  std::int64_t from_everywhere = 10;
  bool gradient = true;  // else a random direction of the same length
  AnswerModelOptions model;
};

// Of all calls, at most, for what the finalists lack.
constexpr double kFinalShare = 0.25;

class Zopo final : public Method {
 public:
  Zopo(const Problem& problem, ZopoOptions options)
      : problem_(problem),
        options_(std::move(options)),
        beliefs_(std::make_unique<Beliefs>(problem_.embeddings, options_.localize, options_.model)),
        rng_(problem.seed, "zopo"),
        asked_(static_cast<std::size_t>(domain().size()), 0),
        calls_left_(problem.calls) {
    for (const Turn& turn : problem_.history) relive(turn);
    if (problem_.history.empty()) return;
    learn();
    if (options_.localize) learn();  // the neighbourhood, now that there is a model
  }

  Round ask() override {
    Round round;
    if (started_) {
      next_round(round.queries);
    } else {
      initial_round(round.queries);
    }
    started_ = true;
    if (round.queries.empty()) round.stop = calls_left_ > 0 ? Stop::candidates : Stop::budget;
    return round;
  }

  void tell(const std::vector<Outcome>& outcomes) override {
    for (const Outcome& outcome : outcomes) beliefs_->add(outcome);
    learn();
  }

  void add(const std::vector<Written>& written, const data::Embeddings& all) override {
    require_rows(written, domain().size(), all);
    if (all.rows() == domain().size()) return;
    beliefs_ = std::make_unique<Beliefs>(all, *beliefs_);
    asked_.resize(static_cast<std::size_t>(domain().size()), 0);
    if (model().evaluations().tallies().empty()) return;
    model().refit();
    if (options_.localize) learn();  // the neighbourhood, now that there is a model
  }

  bool can_write() const override { return true; }

  Recommendation recommend() const override {
    const CandidateId best = incumbents().front();
    return {best, model().score(mean(best))};
  }

  bool can_grow() const override { return true; }

  // What the finalists lack is theirs, and new candidates want a round at least.
  Frontier frontier() const override {
    const CandidateId best = incumbents().front();
    if (calls_left_ <= lacking(finalists()) + options_.round)
      return {Frontier::State::open, best, {}};
    const FrontierOptions options{
        .enough = std::max<std::int64_t>(1, problem_.examples_per_evaluation / 2),
        .beta = options_.beta,
        .step = options_.step};
    return find_frontier(beliefs_->space(), pool(), model(), best, options);
  }

 private:
  void relive(const Turn& turn) {
    for (const Query& query : turn.asked) {
      asked_[static_cast<std::size_t>(query.id)] += query.examples;
      calls_left_ -= query.examples;
    }
    for (const Outcome& outcome : turn.told) beliefs_->add(outcome);
    started_ = true;
    ++rounds_;
  }

  void learn() {
    if (model().evaluations().tallies().empty()) return;
    if (options_.localize) enlarge_pool();
    model().refit();
    ++rounds_;
  }

  const Domain& domain() const { return beliefs_->domain(); }
  CandidatePool& pool() { return beliefs_->pool(); }
  const CandidatePool& pool() const { return beliefs_->pool(); }
  AnswerModel& model() { return beliefs_->model(); }
  const AnswerModel& model() const { return beliefs_->model(); }
  double mean(CandidateId id) const { return beliefs_->mean(id); }
  std::vector<CandidateId> incumbents() const { return beliefs_->incumbents(); }

  // As many examples each as fill one round.
  void initial_round(std::vector<Query>& round) {
    const std::vector<CandidateId> ids = initial_design(problem_);
    if (options_.localize) pool().add(ids);
    if (ids.empty()) return;
    const std::int64_t share = options_.round / static_cast<std::int64_t>(ids.size());
    const std::int64_t examples = std::max(options_.block, share);
    for (const CandidateId id : ids) hand_out(id, examples, Phase::initial, round);
  }

  void next_round(std::vector<Query>& round) {
    if (model().evaluations().tallies().empty()) return;
    const std::int64_t stop_at = calls_left_ - std::min(calls_left_, options_.round);
    const std::vector<CandidateId> best = finalists();
    while (calls_left_ > stop_at) {
      const bool last_calls = calls_left_ <= lacking(best);
      const Index position = last_calls ? first_incomplete(best) : highest_bound();
      if (position < 0) break;
      const CandidateId id = pool().id(position);
      const std::int64_t first = asked_[static_cast<std::size_t>(id)];
      model().pretend(position, first,
                      hand_out(id, std::min(block_of(id), calls_left_ - stop_at),
                               last_calls ? Phase::final : Phase::search, round));
    }
  }

  std::int64_t block_of(CandidateId id) const {
    return asked_[static_cast<std::size_t>(id)] == 0 ? options_.first_look : options_.block;
  }

  std::int64_t examples_left(CandidateId id) const {
    return problem_.dev_examples - asked_[static_cast<std::size_t>(id)];
  }

  std::int64_t lacking(const std::vector<CandidateId>& ids) const {
    std::int64_t sum = 0;
    for (const CandidateId id : ids) sum += examples_left(id);
    return sum;
  }

  // The best by posterior mean, as many as the share of the calls completes.
  std::vector<CandidateId> finalists() const {
    const double affordable = kFinalShare * static_cast<double>(problem_.calls);
    std::vector<CandidateId> best = incumbents();
    best.resize(std::min(best.size(), static_cast<std::size_t>(options_.finalists)));
    while (static_cast<double>(lacking(best)) > affordable) best.pop_back();
    return best;
  }

  // Position in the pool; -1: none.
  Index first_incomplete(const std::vector<CandidateId>& ids) const {
    for (const CandidateId id : ids) {
      if (examples_left(id) > 0) return pool().position(id);
    }
    return -1;
  }

  // The next examples of candidate id, as far as budget and dev go; merged with those it has in
  // this round already. Returns how many.
  std::int64_t hand_out(CandidateId id,
                        std::int64_t examples,
                        Phase phase,
                        std::vector<Query>& round) {
    std::int64_t& asked = asked_[static_cast<std::size_t>(id)];
    examples = std::min({examples, examples_left(id), calls_left_});
    if (examples <= 0) return 0;
    asked += examples;
    calls_left_ -= examples;
    const auto same = std::find_if(round.begin(), round.end(),
                                   [&](const Query& query) { return query.id == id; });
    if (same != round.end()) {
      same->examples += examples;
      return examples;
    }
    Query query = query_of(id, phase);
    query.examples = examples;
    if (phase != Phase::initial) describe(query);
    round.push_back(query);
    return examples;
  }

  void describe(Query& query) const {
    const Index position = pool().position(query.id);
    const double mean = model().mean()(position);
    query.posterior_mean = model().score(mean);
    query.posterior_sd = model().score_sd(mean, model().variance()(position));
    if (options_.localize) query.gradient_norm = gradient_norm_;
  }

  // Position in the pool among the candidates with examples left; equal bounds go to the first; -1:
  // none.
  Index highest_bound() const {
    Index choice = -1;
    double highest = 0;
    for (Index i = 0; i < model().mean().size(); ++i) {
      if (examples_left(pool().id(i)) <= 0) continue;
      const double bound = model().mean()(i) + options_.beta * std::sqrt(model().variance()(i));
      if (choice >= 0 && !(bound > highest)) continue;
      choice = i;
      highest = bound;
    }
    return choice;
  }

  // The neighbourhood of z_t + eta mu(z_t), and a few from everywhere. One pass over the
  // embeddings.
  void enlarge_pool() {
    constexpr std::size_t kIncumbents = 3;
    if (model().is_fitted()) {
      const std::vector<CandidateId> best = incumbents();
      const CandidateId at = best[rounds_ % std::min(kIncumbents, best.size())];
      const Vector target =
          beliefs_->space().to_domain(beliefs_->space().point(at) + step_from(at));
      pool().add(domain().nearest(target, options_.neighbors, &pool().members()));
    }
    const Index m = domain().size();
    pool().add(rng_.sample(m, std::min<std::int64_t>(m, options_.from_everywhere)));
  }

  Vector step_from(CandidateId at) {
    Vector direction = model().gradient(at);
    gradient_norm_ = direction.norm();
    if (!options_.gradient) {
      for (double& x : direction) x = rng_.normal();
    }
    const double length = direction.norm();
    if (!(length > 0)) return Vector::Zero(direction.size());
    return options_.step / length * direction;
  }

  const Problem problem_;
  const ZopoOptions options_;
  std::unique_ptr<Beliefs> beliefs_;
  Rng rng_;
  std::vector<std::int64_t> asked_;  // examples handed out, of each candidate
  std::int64_t calls_left_;
  std::size_t rounds_ = 0;
  double gradient_norm_ = 0;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Method> make_zopo(const Problem& problem, const nlohmann::json& json) {
  // Domains up to this size are looked at as a whole.
  constexpr Index kSmallDomain = 2000;
  OptionReader read("zopo", json);
  if (read.flag("whole_evaluations", false)) return make_whole_zopo(problem, read);
  ZopoOptions options;
  options.beta = read.number("beta", options.beta, 0, 1e6);
  options.block = read.integer("block", options.block, 1, 1'000'000);
  options.first_look = read.integer("first_look", options.block, 1, 1'000'000);
  options.round = read.integer("round", problem.examples_per_evaluation, 1, 1'000'000'000);
  options.finalists = read.integer("finalists", options.finalists, 0, 1'000'000);
  options.localize = read.flag("localize", problem.embeddings.rows() > kSmallDomain);
  options.step = read.number("step", options.step, 0, 1e6);
  options.neighbors = read.integer("neighbors", options.neighbors, 1, 1'000'000);
  options.from_everywhere = read.integer("from_everywhere", options.from_everywhere, 1, 1'000'000);
  options.gradient = read.choice("direction", "gradient", {"gradient", "random"}) == "gradient";
  options.model.kernel = read.choice("kernel", options.model.kernel, known_families());
  options.model.evidence = read.flag("evidence", options.model.evidence);
  options.model.effects = read.flag("effects", options.model.effects);
  options.model.refresh_growth =
      read.number("refresh_growth", options.model.refresh_growth, 0, 1e6);
  read.finish();
  return std::make_unique<Zopo>(problem, options);
}

}  // namespace zopo::optim
