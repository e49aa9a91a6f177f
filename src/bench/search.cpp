#include "bench/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "bench/drawn.h"
#include "bench/writing.h"
#include "zopo/base/error.h"
#include "zopo/optim/method.h"

namespace zopo::bench {
namespace {

// A method's candidate in the record. drawn, hidden: null where all take part, or all are known.
std::int64_t in_record(optim::CandidateId id,
                       const DrawnCandidates* drawn,
                       const HiddenCandidates* hidden) {
  const std::int64_t one = hidden != nullptr ? hidden->recorded(id) : id;
  return drawn != nullptr ? drawn->recorded(one) : one;
}

// Answers rounds from the record, and keeps the curve.
class Simulation {
 public:
  Simulation(const BenchConditions& conditions,
             const data::Landscape& landscape,
             const data::RecordedOutcomes& outcomes,
             const DrawnCandidates* drawn,
             HiddenCandidates* hidden,
             std::uint64_t seed)
      : conditions_(conditions),
        landscape_(landscape),
        outcomes_(outcomes),
        drawn_(drawn),
        hidden_(hidden),
        seed_(seed) {
    if (!conditions.exact) dev_ = outcomes.dev_examples(seed, conditions.dev);
  }

  void answer(optim::Method& method, const optim::Round& round) {
    std::vector<optim::Outcome> told;
    const double before = standing_;
    for (const optim::Query& query : round.queries) told.push_back(answer(query));
    method.tell(told);
    if (!round.writes.empty()) write(method, round);
    // Inside a round the prompt recommended before it still stands.
    curve_.resize(static_cast<std::size_t>(spent_), before);
    standing_ = conditions_.exact ? best_seen_ : value_of(method.recommend().id);
    curve_.back() = standing_;
    ++rounds_;
  }

  BenchRun finished() {
    curve_.resize(static_cast<std::size_t>(conditions_.calls), standing_);
    const auto initial = conditions_.initial * conditions_.examples_per_evaluation;
    BenchRun run{.final = curve_.back(),
                 .candidates_tried = static_cast<double>(asked_.size()),
                 .rounds = rounds_,
                 .curve = {}};
    run.auc = std::accumulate(curve_.begin() + initial, curve_.end(), 0.0) /
              static_cast<double>(conditions_.calls - initial);
    for (std::size_t i = 1; i <= kCurvePoints; ++i) {
      run.curve.push_back(curve_[std::max<std::size_t>(1, i * curve_.size() / kCurvePoints) - 1]);
    }
    return run;
  }

 private:
  void write(optim::Method& method, const optim::Round& round) {
    std::vector<optim::Written> written;
    for (const optim::WriteOrder& order : round.writes) {
      written.push_back(hidden_->write(order));
      spent_ += order.replies * conditions_.writing_cost;
    }
    method.add(written, hidden_->embeddings());
  }

  std::int64_t recorded(optim::CandidateId id) const { return in_record(id, drawn_, hidden_); }

  optim::Outcome answer(const optim::Query& query) {
    std::int64_t& position = asked_[query.id];
    refuse_too_much(query, position);
    optim::Outcome outcome{.id = query.id, .examples = {}, .scores = {}};
    for (std::int64_t i = 0; i < query.examples; ++i, ++position, ++spent_) {
      outcome.examples.push_back(position);
      outcome.scores.push_back(score(query.id, position));
    }
    best_seen_ = std::max(best_seen_, value_of(query.id));
    return outcome;
  }

  void refuse_too_much(const optim::Query& query, std::int64_t position) const {
    const std::int64_t examples = position + query.examples, spent = spent_ + query.examples;
    if (examples <= conditions_.dev && spent <= conditions_.calls) return;
    throw Failure(
        ErrorKind::internal,
        fmt::format("a method asked for more than it may on {}: call {} of {}, example {} "
                    "of {} of candidate {}",
                    landscape_.name, spent, conditions_.calls, examples, conditions_.dev,
                    query.id));
  }

  double score(optim::CandidateId id, std::int64_t position) const {
    const std::int64_t one = recorded(id);
    if (conditions_.exact) return landscape_.values[static_cast<std::size_t>(one)];
    if (dev_.empty()) return outcomes_.outcome(seed_, one, position);
    return outcomes_.recorded(one, dev_[static_cast<std::size_t>(position)]);
  }

  // 0 = the landscape's median, 1 = its best.
  double value_of(optim::CandidateId id) const {
    if (landscape_.best <= landscape_.median) return 0;  // flat: there is nothing to find
    return (landscape_.values[static_cast<std::size_t>(recorded(id))] - landscape_.median) /
           (landscape_.best - landscape_.median);
  }

  const BenchConditions& conditions_;
  const data::Landscape& landscape_;
  const data::RecordedOutcomes& outcomes_;
  const DrawnCandidates* drawn_;  // null: all take part
  HiddenCandidates* hidden_;      // null: all are known
  std::uint64_t seed_;
  std::vector<std::int64_t> dev_;  // examples of the record, in the order asked; empty: by hashing
  std::map<optim::CandidateId, std::int64_t> asked_;  // examples so far
  std::vector<double> curve_;
  double standing_ = 0;  // before the first round: no better than the median
  double best_seen_ = -std::numeric_limits<double>::infinity();
  std::int64_t spent_ = 0;
  double rounds_ = 0;
};

nlohmann::json options_of(const BenchConditions& conditions, const BenchMethod& method) {
  nlohmann::json options = method.options;
  // An exact value is a whole evaluation, not a Bernoulli draw.
  if (conditions.exact && optim::traits_of(method.method).value().whole_or_writes)
    options["whole_evaluations"] = true;
  return options;
}

}  // namespace

BenchRun run_on_landscape(const BenchConditions& conditions,
                          const BenchMethod& method,
                          const data::Landscape& landscape,
                          const data::RecordedOutcomes& outcomes,
                          const data::Embeddings& embeddings,
                          const Vector& known,
                          std::uint64_t seed) {
  std::optional<DrawnCandidates> drawn;
  if (conditions.candidates > 0 && conditions.candidates < embeddings.rows())
    drawn.emplace(embeddings, conditions.candidates, outcomes.run_seed(seed));
  const data::Embeddings& all = drawn ? drawn->embeddings() : embeddings;
  std::optional<HiddenCandidates> hidden;
  if (conditions.writing_cost > 0) hidden.emplace(all, conditions.initial, outcomes.run_seed(seed));
  optim::Problem problem{.embeddings = hidden ? hidden->embeddings() : all,
                         .dev_examples = conditions.dev,
                         .examples_per_evaluation = conditions.examples_per_evaluation,
                         .calls = conditions.calls,
                         .initial = std::min<std::int64_t>(conditions.initial, all.rows()),
                         .seed = outcomes.run_seed(seed),
                         .price = conditions.price};
  if (hidden) {
    problem.ways = HiddenCandidates::ways(conditions.writing_cost);
    problem.writing_calls = conditions.calls;
  }
  if (known.size() > 0 && !conditions.exact &&
      optim::traits_of(method.method).value().known_scores) {
    problem.known = Vector::Zero(problem.embeddings.rows());
    for (Index i = 0; i < problem.known.size(); ++i) {
      const std::int64_t one = in_record(i, drawn ? &*drawn : nullptr, hidden ? &*hidden : nullptr);
      if (one < known.size()) problem.known(i) = known(one);
    }
  }
  const std::unique_ptr<optim::Method> search =
      optim::make_method(method.method, problem, options_of(conditions, method));
  Simulation simulation(conditions, landscape, outcomes, drawn ? &*drawn : nullptr,
                        hidden ? &*hidden : nullptr, seed);
  for (optim::Round round = search->ask(); !round.stop; round = search->ask()) {
    simulation.answer(*search, round);
  }
  return simulation.finished();
}

}  // namespace zopo::bench
