#include "optim/whole_evaluations.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "zopo/base/random.h"

namespace zopo::optim {

std::vector<CandidateId> initial_design(const Problem& problem) {
  const std::int64_t m = problem.embeddings.rows();
  const std::int64_t wanted = std::max<std::int64_t>(problem.initial, 1);
  std::vector<CandidateId> design = Rng(problem.seed, "initial").sample(m, std::min(wanted, m));
  if (problem.baseline) put_first(*problem.baseline, design);
  return design;
}

void put_first(CandidateId id, std::vector<CandidateId>& ids) {
  auto place = std::find(ids.begin(), ids.end(), id);
  if (place == ids.end()) *--place = id;  // in place of the last
  std::rotate(ids.begin(), place, place + 1);
}

Query query_of(CandidateId id, Phase phase) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  return {.id = id,
          .examples = 0,
          .phase = phase,
          .posterior_mean = kNone,
          .posterior_sd = kNone,
          .gradient_norm = kNone};
}

WholeEvaluations::WholeEvaluations(const Problem& problem,
                                   std::vector<CandidateId> initial,
                                   const RacingOptions& racing)
    : problem_(problem),
      examples_(std::min(problem.examples_per_evaluation, problem.dev_examples)),
      calls_left_(problem.calls),
      racing_(racing),
      initial_(std::move(initial)),
      evaluations_(problem.embeddings.rows()),
      races_(racing.alpha) {
  // A budget below one evaluation still buys a look at one candidate.
  examples_ = std::clamp<std::int64_t>(examples_, 0, std::max<std::int64_t>(calls_left_, 0));
}

std::int64_t WholeEvaluations::evaluations_left() const {
  return examples_ > 0 ? calls_left_ / examples_ : 0;
}

Round WholeEvaluations::ask() {
  if (!running_.empty()) return next_blocks();
  if (evaluations_left() == 0 || evaluations_.unasked() == 0) return {};
  Round round;
  if (!started_) {
    started_ = true;
    for (const CandidateId id : initial_) round.push_back(query_of(id, Phase::initial));
  } else if (!evaluations_.tallies().empty()) {
    round = choose();
    incumbent_ = evaluations_.tallies()[evaluations_.best()].id;
  }
  start(round);
  return next_blocks();
}

void WholeEvaluations::start(const Round& round) {
  const std::size_t affordable = static_cast<std::size_t>(evaluations_left());
  last_round_.clear();
  for (const Query& query : round) {
    if (last_round_.size() == affordable) break;
    assert(!evaluations_.is_asked(query.id));
    calls_left_ -= examples_;
    evaluations_.mark_asked(query.id);
    last_round_.push_back(query.id);
    running_.push_back({query, examples_});
  }
}

Round WholeEvaluations::next_blocks() {
  const bool races = racing_.on && incumbent_ >= 0;
  Round round;
  for (Running& running : running_) {
    running.query.examples = races ? std::min(racing_.block, running.left) : running.left;
    running.left -= running.query.examples;
    round.push_back(running.query);
  }
  return round;
}

void WholeEvaluations::tell(const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    evaluations_.add(outcome);
    if (racing_.on) races_.add(outcome);
  }
  const auto done = [this](const Running& running) {
    if (running.left == 0) return true;
    if (!races_.hopeless(running.query.id, incumbent_)) return false;
    evaluations_.give_up(running.query.id);
    calls_left_ += running.left;
    return true;
  };
  std::erase_if(running_, done);
}

Recommendation WholeEvaluations::recommend() const {
  const Tally& best = evaluations_.tallies()[evaluations_.best()];
  return {best.id, best.mean()};
}

}  // namespace zopo::optim
