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
                           task::Generation& made,
                           Embed embed,
                           Watch watch)
    : settings_(settings),
      plan_(plan),
      endpoint_(endpoint),
      inputs_(inputs),
      made_(made),
      embed_(std::move(embed)),
      watch_(std::move(watch)) {}

Result<std::unique_ptr<optim::Method>> DomainGrowth::operator()(const optim::Method& method,
                                                                const SearchState& state) {
  const std::int64_t replies = replies_due(state);
  if (replies == 0) return unchanged();
  const optim::Frontier frontier = method.frontier();
  if (frontier.state == optim::Frontier::State::open) return unchanged();
  const task::Generation made = write(frontier, replies);
  asked_ += replies;
  const auto first = static_cast<optim::CandidateId>(inputs_.candidates.prompts.size());
  add(made);
  watch_({state.rounds, frontier, made.replies, last_added_, made.dropped, first});
  if (made.error) return made.error->with_context("candidates.grow");
  if (last_added_ == 0) return unchanged();
  Result<data::Embeddings> embeddings = embed_();
  if (!embeddings.ok()) return embeddings.error();
  optim::Problem problem = make_problem(settings_, inputs_, plan_, *embeddings);
  problem.history = state.turns;
  return optim::make_method(settings_.optimizer.method, problem, settings_.optimizer.options);
}

std::int64_t DomainGrowth::replies_due(const SearchState& state) const {
  const auto end = static_cast<optim::CandidateId>(inputs_.candidates.prompts.size());
  std::int64_t unseen = 0;
  for (optim::CandidateId id = end - last_added_; id < end; ++id)
    unseen += !state.board.contains(id);
  if (2 * unseen > last_added_ || fruitless_ >= kMostFruitless) return 0;
  return std::min(settings_.candidates.grow->at_once, plan_.grow_calls - asked_);
}

task::Generation DomainGrowth::write(const optim::Frontier& frontier, std::int64_t replies) const {
  std::vector<task::Scored> around;
  for (const optim::Recommendation& one : frontier.around) {
    around.push_back({inputs_.candidates.prompts.at(static_cast<std::size_t>(one.id)), one.mean});
  }
  return endpoint_.grow(inputs_, around, replies, asked_);
}

void DomainGrowth::add(const task::Generation& made) {
  last_added_ = static_cast<std::int64_t>(made.candidates.size());
  fruitless_ = last_added_ > 0 ? 0 : fruitless_ + 1;
  made_ += made;
  for (const task::Generated& candidate : made.candidates)
    inputs_.candidates.prompts.push_back(candidate.prompt);
}

}  // namespace zopo::app
