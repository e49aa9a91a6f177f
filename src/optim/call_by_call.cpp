#include "optim/call_by_call.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "optim/round_size.h"
#include "optim/whole_evaluations.h"
#include "zopo/base/random.h"

namespace zopo::optim {
namespace {

constexpr double kPseudoAnswers = 2;
// Estimates closer than this are equal: rounding is no reason to leave the first arm.
constexpr double kEqual = 1e-9;

std::vector<CandidateId> order_of_arms(const Problem& problem, std::int64_t most) {
  std::vector<CandidateId> order = initial_design(problem);
  const auto m = static_cast<std::size_t>(problem.embeddings.rows());
  Flags is_in(m, 0);
  for (const CandidateId id : order) is_in[static_cast<std::size_t>(id)] = 1;
  std::vector<CandidateId> others;
  for (std::size_t id = 0; id < m; ++id) {
    if (is_in[id] == 0) others.push_back(static_cast<CandidateId>(id));
  }
  Rng(problem.seed, "arms").shuffle(others);
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(most, 0));
  const std::size_t further = wanted > order.size() ? wanted - order.size() : 0;
  others.resize(std::min(others.size(), further));
  order.insert(order.end(), others.begin(), others.end());
  return order;
}

}  // namespace

CallOptions read_call_options(const Problem& problem, OptionReader& read) {
  CallOptions options;
  options.round = read.integer("round", usual_round(problem), 1, 1'000'000);
  options.block = read.integer("block", options.block, 1, 1'000'000);
  return options;
}

CallByCall::CallByCall(const Problem& problem, const CallOptions& options)
    : problem_(problem),
      options_(options),
      evaluations_(problem.embeddings.rows()),
      initial_(initial_design(problem).size()),
      calls_left_(problem.calls) {
  for (const CandidateId id : order_of_arms(problem, options.arms)) arms_.push_back({.id = id});
  const auto design = std::max<std::int64_t>(1, static_cast<std::int64_t>(initial_));
  first_look_ = std::max(options_.block, options_.round / design);
}

Round CallByCall::ask() {
  Round round;
  if (!started_) {
    first_round(round);
  } else if (calls_left_ > 0 && !tried_.empty()) {
    choose(round);
  }
  started_ = true;
  if (round.queries.empty()) round.stop = calls_left_ <= 0 ? Stop::budget : Stop::candidates;
  return round;
}

void CallByCall::first_round(Round& round) {
  for (std::size_t arm = 0; arm < initial_; ++arm) hand_out(arm, first_look_, round);
  for (Query& query : round.queries) query.phase = Phase::initial;
}

void CallByCall::tell(const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    evaluations_.add(outcome);
    calls_left_ += outcome.spared;
    if (outcome.scores.empty()) continue;
    const std::size_t at = arm_of(outcome.id);
    Arm& arm = arms_[at];
    if (arm.n == 0) tried_.push_back(at);
    arm.n += static_cast<std::int64_t>(outcome.scores.size());
    arm.sum = std::accumulate(outcome.scores.begin(), outcome.scores.end(), arm.sum);
  }
  if (!tried_.empty()) learn(outcomes);
}

Recommendation CallByCall::recommend() const {
  evaluations_.require_scores();
  const std::size_t best = preferred();
  return {arms_[best].id, estimate(best)};
}

std::int64_t CallByCall::examples_left(std::size_t arm) const {
  return problem_.dev_examples - arms_[arm].asked;
}

std::int64_t CallByCall::room(const Round& round) const {
  std::int64_t spent = 0;
  for (const Query& query : round.queries) spent += query.examples;
  return std::min(calls_left_, options_.round - spent);
}

std::int64_t CallByCall::hand_out(std::size_t arm,
                                  std::int64_t examples,
                                  Round& round,
                                  std::optional<double> index) {
  examples = std::min({examples, examples_left(arm), calls_left_});
  if (examples <= 0) return 0;
  arms_[arm].asked += examples;
  calls_left_ -= examples;
  const CandidateId id = arms_[arm].id;
  position_.emplace(id, arm);
  const auto same = std::find_if(round.queries.begin(), round.queries.end(),
                                 [&](const Query& query) { return query.id == id; });
  if (same != round.queries.end()) {
    same->examples += examples;
    return examples;
  }
  Query query = query_of(id, Phase::search);
  query.examples = examples;
  query.index = index;
  round.queries.push_back(query);
  return examples;
}

std::size_t CallByCall::best_of(std::span<const std::size_t> among) const {
  std::size_t best = arms_.size();
  double highest = 0;
  for (const std::size_t arm : among) {
    if (arms_[arm].n == 0) continue;
    const double value = estimate(arm);
    const bool is_equal = best < arms_.size() && std::abs(value - highest) <= kEqual;
    if (best < arms_.size() && (is_equal ? arm > best : value < highest)) continue;
    best = arm;
    highest = value;
  }
  return best;
}

double shrunk_mean(const Arm& arm, double pooled) {
  return (arm.sum + kPseudoAnswers * pooled) / (static_cast<double>(arm.n) + kPseudoAnswers);
}

double pooled_mean(const std::vector<Arm>& arms) {
  double sum = 0, answers = 0;
  for (const Arm& arm : arms) {
    sum += arm.sum;
    answers += static_cast<double>(arm.n);
  }
  return answers > 0 ? sum / answers : 0;
}

}  // namespace zopo::optim
