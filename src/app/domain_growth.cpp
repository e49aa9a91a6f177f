#include "app/domain_growth.h"

#include <algorithm>

#include "app/problem.h"

namespace zopo::app {
namespace {

constexpr std::int64_t kMostFruitless = 2;

std::unique_ptr<optim::Method> unchanged() { return nullptr; }

}  // namespace

DomainGrowth::DomainGrowth(const Settings& settings,
                           const Plan& plan,
                           Endpoint& endpoint,
                           Inputs& inputs,
                           Answers& answers,
                           Embed embed,
                           Watch watch)
    : settings_(settings),
      plan_(plan),
      endpoint_(endpoint),
      inputs_(inputs),
      answers_(answers),
      embed_(std::move(embed)),
      watch_(std::move(watch)) {
  answers_.growth.emplace();
}

Result<std::unique_ptr<optim::Method>> DomainGrowth::operator()(const optim::Method& method,
                                                                const SearchState& state) {
  const std::int64_t replies = replies_due(), variations = variations_due();
  if (is_waiting(state) || replies + variations == 0) return unchanged();
  const optim::Frontier frontier = method.frontier();
  if (frontier.state == optim::Frontier::State::open) return unchanged();
  const auto first = static_cast<optim::CandidateId>(inputs_.candidates.size());
  task::Generation made;
  if (replies > 0) made = write(frontier, replies);
  if (!made.error && variations > 0) vary(frontier.incumbent, variations);
  last_added_ = static_cast<std::int64_t>(inputs_.candidates.size()) - first;
  ++times_;
  watch_({state.rounds, frontier, made.replies, last_added_, made.dropped, first});
  if (made.error) return made.error->with_context("candidates.grow");
  if (last_added_ == 0) return unchanged();
  Result<data::Embeddings> embeddings = embed_();
  if (!embeddings.ok()) return embeddings.error();
  optim::Problem problem = make_problem(settings_, inputs_, plan_, *embeddings);
  problem.history = state.turns;
  return optim::make_method(settings_.optimizer.method, problem, settings_.optimizer.options);
}

bool DomainGrowth::is_waiting(const SearchState& state) const {
  const auto end = static_cast<optim::CandidateId>(inputs_.candidates.size());
  std::int64_t unseen = 0;
  for (optim::CandidateId id = end - last_added_; id < end; ++id)
    unseen += state.board.contains(id) ? 0 : 1;
  return 2 * unseen > last_added_;
}

std::int64_t DomainGrowth::replies_due() const {
  if (!settings_.candidates.grow || fruitless_ >= kMostFruitless) return 0;
  return std::min(settings_.candidates.grow->at_once, plan_.grow_calls - asked_);
}

std::int64_t DomainGrowth::variations_due() const {
  return std::min(kVariationsAtOnce, plan_.variations - answers_.variations);
}

const task::Candidate& DomainGrowth::candidate(optim::CandidateId id) const {
  return inputs_.candidates.at(static_cast<std::size_t>(id));
}

task::Generation DomainGrowth::write(const optim::Frontier& frontier, std::int64_t replies) {
  std::vector<task::Scored> around;
  for (const optim::Recommendation& one : frontier.around)
    around.push_back({candidate(one.id).instruction, one.mean});
  task::Generation made = endpoint_.grow(inputs_, around, replies, asked_);
  asked_ += replies;
  fruitless_ = made.candidates.empty() ? fruitless_ + 1 : 0;
  *answers_.growth += made;
  const task::Candidate incumbent = candidate(frontier.incumbent);
  for (const task::Generated& one : made.candidates) {
    task::Candidate added = incumbent;
    added.instruction = one.prompt;
    added.way = task::to_string(one.way);
    inputs_.candidates.push_back(std::move(added));
  }
  return made;
}

void DomainGrowth::vary(optim::CandidateId incumbent, std::int64_t most) {
  const std::vector<task::Candidate> varied =
      task::vary_candidate(candidate(incumbent), inputs_.candidates, inputs_.splits.train,
                           *inputs_.exemplars, most, settings_.optimizer.seed, times_);
  inputs_.candidates.insert(inputs_.candidates.end(), varied.begin(), varied.end());
  answers_.variations += static_cast<std::int64_t>(varied.size());
}

}  // namespace zopo::app
