#include "run/tie_break.h"

#include "zopo/run/totals.h"

namespace zopo::run {
namespace {

// Per scored example.
double cost_of(const settings::Settings& settings, const std::vector<task::Answer>& answers) {
  Totals totals;
  totals.add(answers);
  const report::RunUsage usage = totals.model_usage(settings);
  const auto tokens = static_cast<double>(usage.prompt_tokens + usage.completion_tokens);
  return usage.usd.value_or(tokens) / static_cast<double>(task::summarize(answers).scored());
}

double weight_of(const settings::Settings& settings,
                 const std::vector<task::Candidate>& candidates,
                 const SearchState& search,
                 optim::CandidateId id) {
  if (settings.evaluation.tie_break == settings::TieBreak::cost)
    return cost_of(settings, search.board.at(id));
  return static_cast<double>(candidates.at(static_cast<std::size_t>(id)).text().size());
}

}  // namespace

bool is_lighter(const settings::Settings& settings,
                const std::vector<task::Candidate>& candidates,
                const SearchState& search,
                optim::CandidateId a,
                optim::CandidateId b) {
  if (settings.evaluation.tie_break == settings::TieBreak::none) return false;
  for (const optim::CandidateId id : {a, b}) {
    const auto answered = search.board.find(id);
    if (answered == search.board.end() || task::summarize(answered->second).scored() == 0)
      return false;
  }
  return weight_of(settings, candidates, search, a) < weight_of(settings, candidates, search, b);
}

optim::CandidateId preferred(const settings::Settings& settings,
                             const std::vector<task::Candidate>& candidates,
                             const SearchState& search,
                             optim::CandidateId best) {
  const settings::EvaluationSettings& evaluation = settings.evaluation;
  if (evaluation.tie_break == settings::TieBreak::none) return best;
  const auto weight = [&](optim::CandidateId id) {
    return weight_of(settings, candidates, search, id);
  };
  const task::Evaluation of_best = task::summarize(search.board.at(best));
  constexpr double kRounding = 1e-9;
  optim::CandidateId chosen = best;
  for (const auto& [id, answers] : search.board) {
    const task::Evaluation own = task::summarize(answers);
    if (own.scored() < of_best.scored() || own.scored() == 0) continue;
    if (own.mean() < of_best.mean() - evaluation.tie_tolerance - kRounding) continue;
    if (weight(id) < weight(chosen)) chosen = id;
  }
  return chosen;
}

}  // namespace zopo::run
