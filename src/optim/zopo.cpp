// zopo: the search decides call by call. Each round it refits a Gaussian process with an effect per
// example to all answers so far, and hands out small blocks of examples by upper confidence bound
// over the pool of candidates, asked before or not. A block handed out counts as a
// pseudo-observation (GP-BUCB: Desautels, Krause & Burdick, JMLR 2014), so that a round spreads
// over several prompts and keeps the endpoint busy. Its last calls complete the finalists, the
// baseline among them, so that what it recommends, the highest posterior mean among the prompts
// that answered all of dev, has been compared with the baseline on the same examples.
//
// The pool is the whole domain where that is small. A large one is searched locally (ZOPO, NeurIPS
// 2024, Sec. 4): each round the candidates nearest to z_t + eta mu(z_t) join the pool, z_t one of
// the incumbents in turn and mu the gradient of the posterior mean there, and with them a few from
// everywhere. The published step queries the nearest of them; here the posterior decides.
//
// A candidate not yet written takes part too, with a prior and a cost (writing.h): it is ordered
// when its index is above all others'.

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "optim/acquisition.h"
#include "optim/beliefs.h"
#include "optim/local_step.h"
#include "optim/methods.h"
#include "optim/whole_evaluations.h"
#include "optim/worth.h"
#include "optim/zopo_options.h"

namespace zopo::optim {
namespace {

class Zopo final : public Method {
 public:
  Zopo(const Problem& problem, ZopoOptions options)
      : problem_(problem),
        options_(std::move(options)),
        beliefs_(std::make_unique<Beliefs>(problem_.embeddings, options_.localize, options_.model)),
        writing_(problem_, options_.writing),
        local_step_(options_, problem.seed),
        asked_(static_cast<std::size_t>(domain().size()), 0),
        calls_left_(problem.calls) {
    if (problem_.price > 0) worth_.emplace(problem_.price);
  }

  Round ask() override {
    Round round;
    if (started_) {
      next_round(round);
    } else {
      initial_round(round);
    }
    started_ = true;
    if (round.queries.empty() && round.writes.empty()) round.stop = why_nothing();
    return round;
  }

  void tell(const std::vector<Outcome>& outcomes) override {
    for (const Outcome& outcome : outcomes) {
      beliefs_->add(outcome);
      calls_left_ += outcome.spared;
    }
    learn();
  }

  void add(const std::vector<Written>& written, const data::Embeddings& all) override {
    require_rows(written, domain().size(), all);
    CandidateId first = domain().size();
    for (const Written& one : written) {
      writing_.add(one, first);
      calls_left_ += one.spared;
      first += one.candidates;
    }
    if (all.rows() == domain().size()) return;
    beliefs_ = std::make_unique<Beliefs>(all, *beliefs_);
    asked_.resize(static_cast<std::size_t>(domain().size()), 0);
    if (model().evaluations().tallies().empty()) return;
    model().refit();
    if (options_.localize) learn();  // the neighbourhood, now that there is a model
  }

  bool can_write() const override { return true; }

  Recommendation recommend() const override {
    const CandidateId best = preferred();
    return {best, model().score(mean(best))};
  }

 private:
  void learn() {
    if (model().evaluations().tallies().empty()) return;
    if (options_.localize) {
      local_step_.enlarge_pool(model().is_fitted() ? incumbents() : std::vector<CandidateId>{},
                               *beliefs_);
    }
    model().refit();
  }

  const Domain& domain() const { return beliefs_->domain(); }
  CandidatePool& pool() { return beliefs_->pool(); }
  const CandidatePool& pool() const { return beliefs_->pool(); }
  AnswerModel& model() { return beliefs_->model(); }
  const AnswerModel& model() const { return beliefs_->model(); }
  double mean(CandidateId id) const { return beliefs_->mean(id); }
  // By posterior mean; of equals the baseline first, then the first told.
  std::vector<CandidateId> incumbents() const {
    std::vector<CandidateId> ids = beliefs_->incumbents();
    std::stable_sort(ids.begin(), ids.end(), [&](CandidateId a, CandidateId b) {
      return mean(a) > mean(b) || (mean(a) == mean(b) && is_baseline(a) && !is_baseline(b));
    });
    return ids;
  }

  bool is_baseline(CandidateId id) const { return problem_.baseline == id; }

  // At the end, the first of those that answered all of dev, where there are any; before it, the
  // first of all.
  CandidateId preferred() const {
    const std::vector<CandidateId> ids = incumbents();
    if (!is_ending_) return ids.front();
    const auto complete = std::find_if(ids.begin(), ids.end(),
                                       [&](CandidateId id) { return examples_left(id) == 0; });
    return complete == ids.end() ? ids.front() : *complete;
  }

  // As many examples each as fill one round.
  void initial_round(Round& round) {
    const std::vector<CandidateId> ids = initial_design(problem_);
    if (options_.localize) pool().add(ids);
    if (ids.empty()) return;
    const std::int64_t share = options_.round / static_cast<std::int64_t>(ids.size());
    const std::int64_t examples = std::max(options_.block, share);
    for (const CandidateId id : ids) hand_out(id, examples, Phase::initial, round);
    if (options_.write != WhenToWrite::first) return;
    unwritten_ = options_.write_first;
    write_unseen(std::min(unwritten_, options_.round), round);
  }

  void next_round(Round& round) {
    if (model().evaluations().tallies().empty()) return;
    const std::vector<CandidateId> incumbent = {incumbents().front()};
    to_beat_ = model().score(mean(incumbent.front()));
    round.to_beat = to_beat_;
    if (options_.write == WhenToWrite::turns) write_unseen(1, round);
    if (options_.write == WhenToWrite::first && unwritten_ > 0) {
      write_unseen(std::min(unwritten_, options_.round), round);
      if (!round.writes.empty()) return;
    }
    search(round);
    // Nothing is worth its price: what is to be recommended answers all of dev all the same.
    if (worth_ && round.queries.empty() && round.writes.empty())
      complete(incumbent, options_.round, round);
  }

  // A round of asking and writing, or of the finalists' last calls.
  void search(Round& round) {
    const std::vector<CandidateId> best = finalists();
    stake_ = options_.stake / static_cast<double>(std::max<std::int64_t>(1, spare(best)));
    std::vector<Prospect> prospects;
    if (options_.write == WhenToWrite::index) prospects = promising();
    std::int64_t room = std::min(calls_left_, options_.round);
    while (room > 0 && spare(best) > 0) {
      const Index position = highest_bound();
      if (is_time_to_write(prospects, position, round)) {
        room -= std::max<std::int64_t>(0, write(prospects.back(), 1, spare(best), round));
        prospects.pop_back();
        continue;
      }
      if (position < 0) break;
      const std::int64_t block = block_of(pool().id(position));
      room -= ask_for(position, std::min(room, block), Phase::search, round);
    }
    if (room > 0 && spare(best) <= 0) complete(best, room, round);
  }

  // Calls that the finalists do not want.
  std::int64_t spare(const std::vector<CandidateId>& best) const {
    return calls_left_ - lacking(best);
  }

  // position: of the best to ask, or -1. What was written is looked at before more is.
  bool is_time_to_write(const std::vector<Prospect>& prospects,
                        Index position,
                        const Round& round) const {
    const auto ordered = static_cast<std::int64_t>(round.writes.size());
    if (prospects.empty() || unseen() + ordered >= options_.unseen) return false;
    return position < 0 || bound(prospects.back()) > bound(position);
  }

  void complete(const std::vector<CandidateId>& ids, std::int64_t room, Round& round) {
    is_ending_ = true;
    for (Index at = first_incomplete(ids); room > 0 && at >= 0; at = first_incomplete(ids)) {
      const std::int64_t spent = ask_for(at, std::min(room, options_.block), Phase::final, round);
      if (spent == 0) return;
      room -= spent;
    }
  }

  std::int64_t ask_for(Index position, std::int64_t examples, Phase phase, Round& round) {
    const CandidateId id = pool().id(position);
    const std::int64_t first = asked_[static_cast<std::size_t>(id)];
    const std::int64_t spent = hand_out(id, examples, phase, round);
    model().pretend(position, first, spent);
    return spent;
  }

  Stop why_nothing() const {
    if (calls_left_ <= 0) return Stop::budget;
    const bool is_left = std::any_of(pool().ids().begin(), pool().ids().end(),
                                     [&](CandidateId id) { return examples_left(id) > 0; });
    return worth_ && is_left ? Stop::price : Stop::candidates;
  }

  // What could be written and is worth its price, the most promising last.
  std::vector<Prospect> promising() {
    std::vector<Prospect> prospects = writing_.prospects(*beliefs_);
    std::stable_sort(prospects.begin(), prospects.end(),
                     [&](const Prospect& a, const Prospect& b) { return bound(a) < bound(b); });
    if (!worth_) return prospects;
    std::erase_if(prospects,
                  [&](const Prospect& one) { return !(worth_->index(model(), one) > to_beat_); });
    return prospects;
  }

  // Weitzman's reservation price, where the calls that are left are worth a stake in all.
  double bound(const Prospect& prospect) const {
    const double calls = prospect.cost + static_cast<double>(options_.judging);
    return prospect.mean + reservation_factor(stake_ * calls) * std::sqrt(prospect.variance);
  }
  double bound(Index position) const {
    return upper_confidence_bound(model().mean()(position), std::sqrt(model().variance()(position)),
                                  options_.beta);
  }

  // Without regard to what is known: one of the ways without parents, or of the best ones, in turn.
  void write_unseen(std::int64_t replies, Round& round) {
    const auto ways = static_cast<std::int64_t>(problem_.ways.size());
    for (std::int64_t tried = 0; tried < ways; ++tried) {
      Prospect prospect;
      prospect.way = turn_++ % ways;
      if (options_.write == WhenToWrite::first) prospect.way = tried;
      const auto& way = problem_.ways[static_cast<std::size_t>(prospect.way)];
      if (way.parents != Parents::none) {
        if (!started_) continue;
        const auto choices = writing_.parents_of(way, *beliefs_);
        if (choices.empty()) continue;
        prospect.parents = choices.front();
      }
      if (writing_.is_fruitless(prospect.way, prospect.parents)) continue;
      if (write(prospect, replies, calls_left_, round) >= 0) return;
    }
  }

  // Orders so many replies, as far as calls and the way go; returns what that takes, or -1: none
  // can be had.
  std::int64_t write(const Prospect& prospect,
                     std::int64_t replies,
                     std::int64_t calls,
                     Round& round) {
    replies = std::min(replies, writing_.affordable(prospect.way, calls));
    if (replies <= 0) return -1;
    const std::int64_t price = writing_.pay(prospect.way, replies);
    calls_left_ -= price;
    unwritten_ -= replies;
    WriteOrder order{.way = prospect.way, .parents = prospect.parents, .replies = replies};
    if (model().is_fitted()) {
      order.posterior_mean = model().score(prospect.mean);
      order.posterior_sd = model().score_sd(prospect.mean, prospect.variance);
      order.index = model().score(bound(prospect));
    }
    round.writes.push_back(std::move(order));
    return price;
  }

  std::int64_t block_of(CandidateId id) const {
    return asked_[static_cast<std::size_t>(id)] == 0 ? options_.first_look : options_.block;
  }

  std::int64_t examples_left(CandidateId id) const {
    return problem_.dev_examples - asked_[static_cast<std::size_t>(id)];
  }

  // Candidates written on the way that nobody has asked yet.
  std::int64_t unseen() const {
    return std::count(asked_.begin() + problem_.embeddings.rows(), asked_.end(), 0);
  }

  std::int64_t lacking(const std::vector<CandidateId>& ids) const {
    std::int64_t sum = 0;
    for (const CandidateId id : ids) sum += examples_left(id);
    return sum;
  }

  // The baseline and the best others by posterior mean, as many as the share of the calls
  // completes; best first.
  std::vector<CandidateId> finalists() const {
    const double affordable = kFinalShare * static_cast<double>(problem_.calls);
    std::vector<CandidateId> best;
    std::int64_t others = 0;
    for (const CandidateId id : incumbents()) {
      if (!is_baseline(id) && ++others > options_.finalists) continue;
      best.push_back(id);
    }
    while (static_cast<double>(lacking(best)) > affordable) {
      const auto last = std::find_if(best.rbegin(), best.rend(),
                                     [&](CandidateId id) { return !is_baseline(id); });
      best.erase(last == best.rend() ? best.begin() : std::prev(last.base()));
    }
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
  std::int64_t hand_out(CandidateId id, std::int64_t examples, Phase phase, Round& round) {
    std::int64_t& asked = asked_[static_cast<std::size_t>(id)];
    examples = std::min({examples, examples_left(id), calls_left_});
    if (examples <= 0) return 0;
    asked += examples;
    calls_left_ -= examples;
    std::vector<Query>& queries = round.queries;
    const auto same = std::find_if(queries.begin(), queries.end(),
                                   [&](const Query& query) { return query.id == id; });
    if (same != queries.end()) {
      same->examples += examples;
      return examples;
    }
    Query query = query_of(id, phase);
    query.examples = examples;
    if (phase != Phase::initial) describe(query);
    queries.push_back(query);
    return examples;
  }

  void describe(Query& query) const {
    const Index position = pool().position(query.id);
    const double mean = model().mean()(position);
    query.posterior_mean = model().score(mean);
    query.posterior_sd = model().score_sd(mean, model().variance()(position));
    query.index = model().score(bound(position));
    if (options_.localize) query.gradient_norm = local_step_.gradient_norm();
  }

  // Position in the pool among the candidates that have examples left and are worth their price;
  // equal bounds go to the first; -1: none.
  Index highest_bound() {
    Index choice = -1;
    double highest = 0;
    for (Index i = 0; i < model().mean().size(); ++i) {
      if (examples_left(pool().id(i)) <= 0) continue;
      const double height = bound(i);
      if (choice >= 0 && !(height > highest)) continue;
      if (!is_worth(i)) continue;
      choice = i;
      highest = height;
    }
    return choice;
  }

  bool is_worth(Index position) {
    return !worth_ || worth_->index(model(), model().mean()(position),
                                    model().variance()(position)) > to_beat_ + kIndexTolerance;
  }

  const Problem problem_;
  const ZopoOptions options_;
  std::unique_ptr<Beliefs> beliefs_;
  Writing writing_;
  std::optional<Worth> worth_;       // where a call has a price
  LocalStep local_step_;             // taken where options_.localize
  std::vector<std::int64_t> asked_;  // examples handed out, of each candidate
  std::int64_t calls_left_;
  double to_beat_ = 0;          // the incumbent's posterior mean, in score units
  std::int64_t turn_ = 0;       // of the ways
  std::int64_t unwritten_ = 0;  // that come first
  double stake_ = 0;            // of a call, in standard deviations of a new candidate
  bool started_ = false;
  bool is_ending_ = false;  // the calls left are the finalists'
};

}  // namespace

std::unique_ptr<Method> make_zopo(const Problem& problem, const nlohmann::json& json) {
  OptionReader read("zopo", json);
  if (read.flag("whole_evaluations", false)) return make_whole_zopo(problem, read);
  return std::make_unique<Zopo>(problem, read_zopo_options(problem, read));
}

}  // namespace zopo::optim
