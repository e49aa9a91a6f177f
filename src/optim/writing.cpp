#include "optim/writing.h"

#include <algorithm>
#include <cmath>

#include "optim/complement.h"

namespace zopo::optim {
namespace {

constexpr int kMostFruitless = 1;
constexpr std::size_t kFew = 5;        // that "several" shows
constexpr std::size_t kPartners = 10;  // that the best one may be crossed with

// Of candidates with scores.
Gain mean_of(const std::vector<CandidateId>& ids, const Beliefs& beliefs) {
  Gain mean;
  const auto n = static_cast<double>(ids.size());
  for (const CandidateId id : ids) {
    mean.mean += beliefs.mean(id) / n;
    mean.variance += beliefs.variance(id) / (n * n);
  }
  return mean;
}

std::vector<Partner> partners_of(const std::vector<CandidateId>& best, const Beliefs& beliefs) {
  const AnswerModel& model = beliefs.model();
  std::vector<Partner> partners;
  for (std::size_t i = 0; i < std::min(best.size(), 1 + kPartners); ++i) {
    partners.push_back(
        {best[i], model.evaluations().position(best[i]), model.score(beliefs.mean(best[i]))});
  }
  return partners;
}

}  // namespace

Writing::Writing(const Problem& problem, const WritingOptions& options)
    : problem_(problem),
      options_(options),
      records_(problem.ways.size()),
      calls_left_(problem.writing_calls),
      replies_left_(problem.writing_replies) {
  std::int64_t rows = problem.embeddings.rows();
  for (const Written& written : problem.written) rows -= written.candidates;
  for (const Written& written : problem.written) {
    add(written, rows);
    rows += written.candidates;
  }
}

void Writing::add(const Written& written, CandidateId first) {
  Record& record = records_.at(static_cast<std::size_t>(written.way));
  record.replies += written.replies;
  record.candidates += written.candidates;
  calls_left_ += written.spared;
  for (CandidateId id = first; id < first + written.candidates; ++id) {
    origins_.push_back({id, written.way, written.parents});
    is_child_.resize(static_cast<std::size_t>(id) + 1, 0);
    is_child_.back() = written.parents.empty() ? 0 : 1;
  }
  int& nothing = fruitless_[{written.way, written.parents}];
  nothing = written.candidates > 0 ? 0 : nothing + 1;
}

bool Writing::is_fruitless(std::int64_t way, const std::vector<CandidateId>& parents) const {
  const auto nothing = fruitless_.find({way, parents});
  return nothing != fruitless_.end() && nothing->second >= kMostFruitless;
}

std::int64_t Writing::affordable(std::int64_t way, std::int64_t calls) const {
  const Way& one = problem_.ways.at(static_cast<std::size_t>(way));
  const std::int64_t left = one.most - records_[static_cast<std::size_t>(way)].replies;
  if (one.cost == 0) return std::max<std::int64_t>(left, 0);
  return std::clamp<std::int64_t>(std::min(calls, calls_left_) / one.cost, 0,
                                  std::max<std::int64_t>(std::min(left, replies_left_), 0));
}

std::int64_t Writing::pay(std::int64_t way, std::int64_t replies) {
  const std::int64_t price = replies * problem_.ways.at(static_cast<std::size_t>(way)).cost;
  calls_left_ -= price;
  if (price > 0) replies_left_ -= replies;
  return price;
}

// A way that was never taken is not held back by its cost: what it is worth is learnt by taking it.
double Writing::cost_of(std::int64_t way) const {
  const Record& record = records_[static_cast<std::size_t>(way)];
  if (record.replies == 0) return 0;
  const double usable = static_cast<double>(record.candidates + 1) /
                        static_cast<double>(std::max(record.replies, record.candidates) + 1);
  return static_cast<double>(problem_.ways[static_cast<std::size_t>(way)].cost) / usable;
}

Gain Writing::level(const Beliefs& beliefs) const {
  std::vector<CandidateId> roots, all;
  for (const Tally& tally : beliefs.model().evaluations().tallies()) {
    const auto at = static_cast<std::size_t>(tally.id);
    all.push_back(tally.id);
    if (at >= is_child_.size() || is_child_[at] == 0) roots.push_back(tally.id);
  }
  return mean_of(roots.empty() ? all : roots, beliefs);
}

Gain Writing::inherited(const std::vector<CandidateId>& parents,
                        const Gain& level,
                        const Beliefs& beliefs) const {
  if (parents.empty()) return level;
  Gain parent = mean_of(parents, beliefs);
  parent.mean = level.mean + options_.inherited * (parent.mean - level.mean);
  parent.variance *= options_.inherited * options_.inherited;
  return parent;
}

std::vector<Gain> Writing::gains_of(std::int64_t way,
                                    const Gain& level,
                                    const Beliefs& beliefs) const {
  std::vector<Gain> gains;
  for (const Origin& origin : origins_) {
    if (origin.way != way || beliefs.model().evaluations().position(origin.id) < 0) continue;
    const Gain parent = inherited(origin.parents, level, beliefs);
    gains.push_back({beliefs.mean(origin.id) - parent.mean, beliefs.variance(origin.id)});
  }
  return gains;
}

std::vector<std::vector<CandidateId>> Writing::parents_of(const Way& way,
                                                          const Beliefs& beliefs) const {
  std::vector<CandidateId> best = beliefs.incumbents();
  std::vector<std::vector<CandidateId>> choices;
  switch (way.parents) {
    case Parents::none:
      return {{}};
    case Parents::user:
      if (problem_.baseline) choices.push_back({*problem_.baseline});
      return choices;
    case Parents::one:
      for (const CandidateId id : best) choices.push_back({id});
      return choices;
    case Parents::two:
      return pairs_by_complement(partners_of(best, beliefs), beliefs.model().answers());
    case Parents::several:
      if (best.size() < 2) return choices;
      best.resize(std::min(best.size(), kFew));
      return {best};
  }
  return choices;
}

// Few candidates say little about how much prompts differ.
double Writing::expected_total(const Beliefs& beliefs) const {
  const auto n = static_cast<double>(beliefs.model().evaluations().tallies().size());
  const double doubt = options_.doubt;
  return (n * beliefs.model().total_variance() + doubt * options_.total) / (n + doubt);
}

std::vector<Prospect> Writing::prospects(const Beliefs& beliefs) const {
  std::vector<Prospect> all;
  if (!is_possible()) return all;
  const Gain common = level(beliefs);
  const double half = expected_total(beliefs) / 2;
  for (std::int64_t w = 0; w < static_cast<std::int64_t>(problem_.ways.size()); ++w) {
    const Gain gain = next_gain(gains_of(w, common, beliefs), half);
    const Way& way = problem_.ways[static_cast<std::size_t>(w)];
    for (std::vector<CandidateId>& parents : parents_of(way, beliefs)) {
      if (is_fruitless(w, parents)) continue;
      const Gain parent = inherited(parents, common, beliefs);
      all.push_back({w, std::move(parents), parent.mean + gain.mean,
                     parent.variance + gain.variance, cost_of(w)});
      if (way.parents == Parents::two) break;  // the pair that complements itself best
    }
  }
  return all;
}

}  // namespace zopo::optim
