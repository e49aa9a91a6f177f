#include "app/domain_growth.h"

#include <algorithm>

#include "app/problem.h"

namespace zopo::app {
namespace {

constexpr std::int64_t kMostFruitless = 2;
constexpr std::int64_t kRepliesAtOnce = 8;

std::unique_ptr<optim::Method> unchanged() { return nullptr; }

}  // namespace

DomainGrowth::DomainGrowth(const Settings& settings,
                           const Plan& plan,
                           Writing* writing,
                           Inputs& inputs,
                           Answers& answers,
                           Embed embed,
                           Watch watch)
    : settings_(settings),
      plan_(plan),
      writing_(writing),
      inputs_(inputs),
      answers_(answers),
      embed_(std::move(embed)),
      watch_(std::move(watch)) {}

Result<std::unique_ptr<optim::Method>> DomainGrowth::operator()(const optim::Method& method,
                                                                const SearchState& state) {
  const std::int64_t replies = replies_due(), variations = variations_due();
  if (is_waiting(state) || replies + variations == 0) return unchanged();
  const optim::Frontier frontier = method.frontier();
  if (frontier.state == optim::Frontier::State::open) return unchanged();
  const auto first = static_cast<optim::CandidateId>(inputs_.candidates.size());
  report::Enlargement added{state.rounds, optim::to_string(frontier.state), {}, 0, 0, {}, first};
  std::optional<Error> error;
  if (replies > 0) {
    const std::vector<WritingOrder> ordered = orders(frontier, replies);
    const write::Batch batch = write(frontier, ordered);
    for (const WritingOrder& one : ordered) added.orders.push_back({one.way, one.parents});
    added.replies = batch.replies;
    added.dropped = write::reasons(batch.dropped);
    error = batch.error;
  }
  if (!error && variations > 0) vary(frontier.incumbent, variations);
  last_added_ = static_cast<std::int64_t>(inputs_.candidates.size()) - first;
  answers_.added += last_added_;
  added.distinct = last_added_;
  ++times_;
  watch_(added);
  if (error) return error->with_context("candidates.write");
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
  if (writing_ == nullptr || fruitless_ >= kMostFruitless) return 0;
  return std::min(kRepliesAtOnce, writing_->replies_left());
}

std::int64_t DomainGrowth::variations_due() const {
  return std::min(kVariationsAtOnce, plan_.variations - variations_);
}

const task::Candidate& DomainGrowth::candidate(optim::CandidateId id) const {
  return inputs_.candidates.at(static_cast<std::size_t>(id));
}

std::vector<WritingOrder> DomainGrowth::orders(const optim::Frontier& frontier,
                                               std::int64_t replies) {
  const std::vector<std::string>& names = settings_.candidates.write->ways;
  const write::AtHand at_hand{.user_prompt = settings_.baseline.has_value(),
                              .prompts = inputs_.candidates.size(),
                              .scored = frontier.around.size(),
                              .failures = writing_->can_reflect()};
  std::vector<WritingOrder> made;
  for (std::size_t tried = 0; tried < names.size() * static_cast<std::size_t>(replies); ++tried) {
    if (static_cast<std::int64_t>(made.size()) == replies) break;
    const write::Way& way = write::way_named(names[next_way_++ % names.size()]);
    if (!write::is_possible(way, at_hand)) continue;
    WritingOrder order{std::string(way.name)};
    const auto& around = frontier.around;
    const std::size_t wanted = way.parents == write::Parents::two       ? 2
                               : way.parents == write::Parents::several ? write::kMostParents
                                                                        : 0;
    if (way.parents == write::Parents::one) order.parents = {frontier.incumbent};
    for (std::size_t i = around.size() - std::min(wanted, around.size()); i < around.size(); ++i)
      order.parents.push_back(around[i].id);
    made.push_back(std::move(order));
  }
  return made;
}

write::Batch DomainGrowth::write(const optim::Frontier& frontier,
                                 const std::vector<WritingOrder>& orders) {
  std::map<optim::CandidateId, double> means;
  for (const optim::Recommendation& one : frontier.around) means[one.id] = one.mean;
  write::Batch batch = writing_->by_order(orders, inputs_.candidates, means);
  fruitless_ = batch.written.empty() ? fruitless_ + 1 : 0;
  *answers_.written += batch;
  const task::Candidate incumbent = candidate(frontier.incumbent);
  for (const write::Written& one : batch.written) {
    task::Candidate added = incumbent;
    added.instruction = one.prompt;
    added.way = one.way;
    added.parents = one.parents;
    inputs_.candidates.push_back(std::move(added));
  }
  return batch;
}

void DomainGrowth::vary(optim::CandidateId incumbent, std::int64_t most) {
  const std::vector<task::Candidate> varied =
      task::vary_candidate(candidate(incumbent), inputs_.candidates, inputs_.splits.train,
                           *inputs_.exemplars, most, settings_.optimizer.seed, times_);
  inputs_.candidates.insert(inputs_.candidates.end(), varied.begin(), varied.end());
  variations_ += static_cast<std::int64_t>(varied.size());
}

}  // namespace zopo::app
