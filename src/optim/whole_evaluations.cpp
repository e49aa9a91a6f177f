#include "optim/whole_evaluations.h"

#include <algorithm>
#include <cassert>
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

Query query_of(CandidateId id, Phase phase) { return {.id = id, .examples = 0, .phase = phase}; }

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
  Round round;
  if (running_.empty()) {
    if (evaluations_left() == 0 || evaluations_.unasked() == 0) {
      round.stop = evaluations_.unasked() == 0 ? Stop::candidates : Stop::budget;
      return round;
    }
    start(next_choice());
  }
  round.queries = next_blocks();
  if (round.queries.empty()) round.stop = Stop::candidates;
  return round;
}

std::vector<Query> WholeEvaluations::next_choice() {
  std::vector<Query> chosen;
  if (!started_) {
    started_ = true;
    for (const CandidateId id : initial_) chosen.push_back(query_of(id, Phase::initial));
  } else if (!evaluations_.tallies().empty()) {
    chosen = choose();
    incumbent_ = evaluations_.tallies()[evaluations_.best()].id;
  }
  return chosen;
}

void WholeEvaluations::start(const std::vector<Query>& chosen) {
  const std::size_t affordable = static_cast<std::size_t>(evaluations_left());
  last_round_.clear();
  for (const Query& query : chosen) {
    if (last_round_.size() == affordable) break;
    assert(!evaluations_.is_asked(query.id));
    calls_left_ -= examples_;
    evaluations_.mark_asked(query.id);
    last_round_.push_back(query.id);
    running_.push_back({query, examples_});
  }
}

std::vector<Query> WholeEvaluations::next_blocks() {
  const bool races = racing_.on && incumbent_ >= 0;
  std::vector<Query> blocks;
  for (Running& running : running_) {
    running.query.examples = races ? std::min(racing_.block, running.left) : running.left;
    running.left -= running.query.examples;
    blocks.push_back(running.query);
  }
  return blocks;
}

void WholeEvaluations::tell(const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    evaluations_.add(outcome);
    calls_left_ += outcome.spared;
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
