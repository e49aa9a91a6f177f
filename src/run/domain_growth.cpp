#include "run/domain_growth.h"

#include <algorithm>

#include "run/writing_ways.h"
#include "zopo/report/run_result.h"

namespace zopo::run {
namespace {

std::map<optim::CandidateId, double> means_of(const Board& board) {
  std::map<optim::CandidateId, double> means;
  for (const auto& [id, answers] : board) {
    if (const auto score = report::score_of(answers)) means[id] = score->score;
  }
  return means;
}

}  // namespace

DomainGrowth::DomainGrowth(const settings::Settings& settings,
                           std::vector<optim::Way> ways,
                           Writing* writing,
                           Inputs& inputs,
                           Answers& answers,
                           Embed embed,
                           Watch watch)
    : settings_(settings),
      ways_(std::move(ways)),
      writing_(writing),
      inputs_(inputs),
      answers_(answers),
      embed_(std::move(embed)),
      watch_(std::move(watch)) {}

Result<Enlargement> DomainGrowth::operator()(const optim::Round& round, const SearchState& state) {
  std::vector<Made> made(round.writes.size());
  if (auto error = write(round.writes, state, made)) return error->with_context("candidates.write");
  std::vector<optim::Written> written;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const optim::WriteOrder& order = round.writes[i];
    const auto first = static_cast<optim::CandidateId>(inputs_.candidates.size());
    if (way_of(order).name == kVaryWay) made[i].candidates = varied(order);
    const auto count = static_cast<std::int64_t>(made[i].candidates.size());
    std::move(made[i].candidates.begin(), made[i].candidates.end(),
              std::back_inserter(inputs_.candidates));
    answers_.added += count;
    watch_({state.rounds, way_of(order).name, order, round.to_beat, count, first, made[i].dropped});
    written.push_back({order.way, order.parents, order.replies, count, made[i].spared});
  }
  Result<data::Embeddings> all = embed_();
  if (!all.ok()) return all.error();
  return Enlargement{std::move(written), std::move(*all)};
}

const optim::Way& DomainGrowth::way_of(const optim::WriteOrder& order) const {
  return ways_.at(static_cast<std::size_t>(order.way));
}

const task::Candidate& DomainGrowth::candidate(optim::CandidateId id) const {
  return inputs_.candidates.at(static_cast<std::size_t>(id));
}

std::optional<Error> DomainGrowth::write(const std::vector<optim::WriteOrder>& orders,
                                         const SearchState& state,
                                         std::vector<Made>& made) {
  std::vector<WritingOrder> asked;
  std::vector<std::size_t> place;  // of each in orders
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::string& way = way_of(orders[i]).name;
    if (way == kVaryWay) continue;
    for (std::int64_t reply = 0; reply < orders[i].replies; ++reply) {
      asked.push_back({way, orders[i].parents});
      place.push_back(i);
    }
  }
  if (asked.empty()) return std::nullopt;
  Ordered ordered = writing_->by_order(asked, inputs_.candidates, means_of(state.board));
  *answers_.written += ordered.batch;
  for (const write::Written& one : ordered.batch.written)
    made[place[one.order]].candidates.push_back(joined(one, orders[place[one.order]]));
  for (const write::Dropped& one : ordered.batch.dropped)
    ++made[place[one.order]].dropped[one.reason];
  for (std::size_t at = 0; at < place.size(); ++at) {
    const optim::Way& way = way_of(orders[place[at]]);
    const std::int64_t looks = write::way_named(way.name).failures ? kLooks : 0;
    const bool was_asked = at < ordered.looks.size();
    made[place[at]].spared += was_asked ? looks - ordered.looks[at] : way.cost;
  }
  return ordered.batch.error;
}

task::Candidate DomainGrowth::joined(const write::Written& written,
                                     const optim::WriteOrder& order) const {
  task::Candidate joined;
  if (!order.parents.empty()) {
    joined = candidate(order.parents.front());
  } else if (inputs_.exemplars) {
    joined = candidate(answers_.search.recommended->id);
  }
  joined.instruction = written.prompt;
  joined.way = written.way;
  joined.parents = written.parents;
  return joined;
}

std::vector<task::Candidate> DomainGrowth::varied(const optim::WriteOrder& order) {
  std::vector<task::Candidate> varied = task::vary_candidate(
      candidate(order.parents.front()), inputs_.candidates, inputs_.splits.train,
      *inputs_.exemplars, order.replies, settings_.optimizer.seed, times_++);
  for (task::Candidate& one : varied) one.parents = order.parents;
  return varied;
}

}  // namespace zopo::run
