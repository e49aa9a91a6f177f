#include "zopo/run/search_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace zopo::run {
namespace {

// Would every other request fail the same way?
bool ends_the_run(ErrorKind kind) {
  return kind != ErrorKind::api && kind != ErrorKind::incomplete;
}

// One round under way: which items it needs, and which of them belong to which query.
struct RoundItems {
  std::vector<task::Item> items;
  std::vector<std::size_t> begin;  // [queries + 1] offsets into items
};

class Loop {
 public:
  Loop(const std::vector<task::Candidate>& candidates,
       const task::Evaluator& evaluator,
       const SearchOptions& options,
       const SearchEvents& events,
       SearchState& state)
      : candidates_(candidates),
        evaluator_(evaluator),
        options_(options),
        events_(events),
        state_(state) {}

  std::optional<Error> run(optim::Method& method) {
    while (true) {
      const optim::Round round = method.ask();
      if (round.stop) {
        state_.stopped = round.stop;
        if (events_.on_stop) events_.on_stop({state_.rounds, *round.stop, round.to_beat});
        return std::nullopt;
      }
      if (auto error = play(round.queries, method)) return error;
      if (auto error = write(round, method)) return error;
      ++state_.rounds;
      events_.on_round(state_);
    }
  }

 private:
  std::optional<Error> play(const std::vector<optim::Query>& round, optim::Method& method) {
    const RoundItems batch = items_of(round);
    std::vector<task::Answer> answers;
    if (auto error = answer_all(evaluator_, batch.items, answers)) return error;
    if (auto error = check_for_answers(answers)) return error;
    if (events_.on_answers) {
      if (auto error = events_.on_answers(answers)) return error;
    }
    note_refusals(round, batch, answers);
    if (auto error = check_queries(round, batch, answers)) return error;
    std::vector<report::Decision> decisions;
    method.tell(record(round, batch, answers, decisions));
    if (any_answer_) state_.recommended = method.recommend();
    if (!decisions.empty()) decisions.back().recommended = state_.recommended;
    for (const report::Decision& decision : decisions) events_.on_decision(decision);
    return std::nullopt;
  }

  std::optional<Error> write(const optim::Round& round, optim::Method& method) {
    if (round.writes.empty()) return std::nullopt;
    Result<Enlargement> enlargement = events_.write(round, state_);
    if (!enlargement.ok()) return enlargement.error();
    method.add(enlargement->written, enlargement->all);
    return std::nullopt;
  }

  // The open examples of every candidate and its next ones in the common order; a candidate may
  // stand in a round twice.
  RoundItems items_of(const std::vector<optim::Query>& round) {
    RoundItems batch;
    batch.begin.push_back(0);
    std::set<optim::CandidateId> met;
    for (const optim::Query& query : round) {
      const task::Candidate& prompt = candidates_.at(static_cast<std::size_t>(query.id));
      if (met.insert(query.id).second) add_open(query.id, prompt, batch);
      std::int64_t& next = next_position_[query.id];
      const auto dev = static_cast<std::int64_t>(options_.dev_order.size());
      for (std::int64_t i = 0; i < query.examples && next < dev; ++i, ++next) {
        const std::int64_t example = options_.dev_order[static_cast<std::size_t>(next)];
        if (!is_set_aside(example)) batch.items.push_back({prompt, example});
      }
      batch.begin.push_back(batch.items.size());
    }
    return batch;
  }

  void add_open(optim::CandidateId id, const task::Candidate& prompt, RoundItems& batch) const {
    const auto known = state_.board.find(id);
    if (known == state_.board.end()) return;
    for (const task::Answer& answer : known->second) {
      const bool may_come = answer.state == llm::ReplyState::error && !answer.refused;
      if (may_come && !is_set_aside(answer.example))
        batch.items.push_back({prompt, answer.example});
    }
  }

  bool is_set_aside(std::int64_t example) const {
    const auto known = refused_by_.find(example);
    return known != refused_by_.end() && known->second.size() >= kRefusedForAll;
  }

  // Whatever max_error_rate allows: of nothing nothing can be learnt.
  std::optional<Error> check_for_answers(const std::vector<task::Answer>& answers) {
    any_answer_ =
        any_answer_ || std::any_of(answers.begin(), answers.end(), [](const auto& answer) {
          return answer.state != llm::ReplyState::error;
        });
    if (any_answer_ || answers.empty()) return std::nullopt;
    return Error{ErrorKind::incomplete,
                 fmt::format("None of the {} examples asked has an answer, so there is nothing to "
                             "search by; the first: {}",
                             answers.size(), answers.front().error.message)};
  }

  template <class Visit>  // (candidate, answer)
  static void for_each_answer(const std::vector<optim::Query>& round,
                              const RoundItems& batch,
                              const std::vector<task::Answer>& answers,
                              Visit visit) {
    for (std::size_t i = 0, q = 0; i < answers.size(); ++i) {
      while (i >= batch.begin[q + 1]) ++q;
      visit(round[q].id, answers[i]);
    }
  }

  void note_refusals(const std::vector<optim::Query>& round,
                     const RoundItems& batch,
                     const std::vector<task::Answer>& answers) {
    for_each_answer(round, batch, answers, [&](optim::CandidateId id, const task::Answer& answer) {
      if (!answer.refused) return;
      refused_by_[answer.example].insert(id);
      refused_.emplace(answer.example, answer);
    });
  }

  // What a candidate lacks after this round: of those asked in it and of those open before.
  std::optional<Error> check_queries(const std::vector<optim::Query>& round,
                                     const RoundItems& batch,
                                     const std::vector<task::Answer>& answers) const {
    std::map<optim::CandidateId, std::map<std::int64_t, const task::Answer*>> latest;
    for (const optim::Query& query : round) {
      const auto known = state_.board.find(query.id);
      if (known == state_.board.end()) continue;
      for (const task::Answer& answer : known->second) latest[query.id][answer.example] = &answer;
    }
    for_each_answer(round, batch, answers, [&](optim::CandidateId id, const task::Answer& answer) {
      latest[id][answer.example] = &answer;
    });
    for (const auto& [id, known] : latest) {
      std::vector<const task::Answer*> missing;
      for (const auto& [example, answer] : known) {
        if (answer->state == llm::ReplyState::error && !is_set_aside(example))
          missing.push_back(answer);
      }
      const auto asked = std::max(next_position_.at(id), options_.examples_per_evaluation);
      if (auto error = options_.tolerance.check(missing, asked, fmt::format("candidate {}", id),
                                                options_.names))
        return error;
    }
    return check_set_aside();
  }

  std::optional<Error> check_set_aside() const {
    std::vector<const task::Answer*> missing;
    for (const auto& [example, answer] : refused_) {
      if (is_set_aside(example)) missing.push_back(&answer);
    }
    const auto dev = static_cast<std::int64_t>(options_.dev_order.size());
    return options_.tolerance.check(missing, dev, "set aside for all prompts", options_.names);
  }

  std::vector<optim::Outcome> record(const std::vector<optim::Query>& round,
                                     const RoundItems& batch,
                                     const std::vector<task::Answer>& answers,
                                     std::vector<report::Decision>& decisions) {
    std::vector<optim::Outcome> outcomes;
    for (std::size_t q = 0; q < round.size(); ++q) {
      std::vector<task::Answer>& known = state_.board[round[q].id];
      if (known.empty() && round[q].phase == optim::Phase::initial)
        state_.initial.push_back(round[q].id);
      optim::Outcome outcome{round[q].id, {}, {}, spared(round[q])};
      report::Decision decision{state_.rounds, round[q], {}, {}, 0, 0, std::nullopt};
      for (std::size_t i = batch.begin[q]; i < batch.begin[q + 1]; ++i) {
        keep(answers[i], known);
        if (answers[i].state == llm::ReplyState::error) continue;
        outcome.examples.push_back(position_of(answers[i].example));
        outcome.scores.push_back(answers[i].score);
        decision.examples.push_back(answers[i].example);
        decision.outcomes.push_back(answers[i].score);
      }
      const task::Evaluation so_far = task::summarize(known);
      decision.n = so_far.scored();
      decision.mean = so_far.mean();
      decisions.push_back(std::move(decision));
      outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  }

  std::int64_t spared(const optim::Query& query) {
    if (query.id != options_.baseline) return 0;
    const std::int64_t now = std::min(query.examples, options_.spared - state_.spared);
    state_.spared += now;
    return now;
  }

  // An answer to an open example takes its place.
  static void keep(const task::Answer& answer, std::vector<task::Answer>& known) {
    const auto open = std::find_if(known.begin(), known.end(), [&](const task::Answer& before) {
      return before.example == answer.example;
    });
    if (open == known.end()) {
      known.push_back(answer);
    } else {
      *open = answer;
    }
  }

  std::int64_t position_of(std::int64_t example) const {
    return std::find(options_.dev_order.begin(), options_.dev_order.end(), example) -
           options_.dev_order.begin();
  }

  const std::vector<task::Candidate>& candidates_;
  const task::Evaluator& evaluator_;
  const SearchOptions& options_;
  const SearchEvents& events_;
  SearchState& state_;
  std::map<optim::CandidateId, std::int64_t> next_position_;
  // The candidates that each example was refused for.
  std::map<std::int64_t, std::set<optim::CandidateId>> refused_by_;
  std::map<std::int64_t, task::Answer> refused_;  // the first of each
  bool any_answer_ = false;
};

}  // namespace

std::optional<Error> run_search(optim::Method& method,
                                const std::vector<task::Candidate>& candidates,
                                const task::Evaluator& evaluator,
                                const SearchOptions& options,
                                const SearchEvents& events,
                                SearchState& state) {
  return Loop(candidates, evaluator, options, events, state).run(method);
}

std::optional<Error> answer_all(const task::Evaluator& evaluator,
                                const std::vector<task::Item>& items,
                                std::vector<task::Answer>& answers) {
  answers = evaluator.evaluate(items);
  const auto met = std::find_if(answers.begin(), answers.end(), [](const task::Answer& answer) {
    return answer.state == llm::ReplyState::error && ends_the_run(answer.error.kind);
  });
  if (met == answers.end()) return std::nullopt;
  return met->error;
}

}  // namespace zopo::run
