#pragma once
// Plays a method against known scores and keeps what happened.

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "zopo/optim/method.h"

namespace zopo::test {

struct Played {
  std::vector<optim::CandidateId> queried;  // in the order asked, repeats included
  std::vector<optim::Round> rounds;
  std::int64_t calls = 0;
};

// score(candidate, example) in [0, 1]. Stops after max_rounds, so that an endless method shows up
// as a count and not as a hanging test.
inline Played play(optim::Method& method,
                   const std::function<double(optim::CandidateId, std::int64_t)>& score,
                   std::size_t max_rounds = 100000) {
  Played played;
  std::vector<std::int64_t> walked;
  while (played.rounds.size() < max_rounds) {
    const optim::Round round = method.ask();
    if (round.stop) break;
    std::vector<optim::Outcome> outcomes;
    for (const optim::Query& query : round.queries) {
      if (static_cast<std::size_t>(query.id) >= walked.size()) {
        walked.resize(static_cast<std::size_t>(query.id) + 1, 0);
      }
      std::int64_t& next = walked[static_cast<std::size_t>(query.id)];
      optim::Outcome outcome;
      outcome.id = query.id;
      for (std::int64_t i = 0; i < query.examples; ++i, ++next) {
        outcome.examples.push_back(next);
        outcome.scores.push_back(score(query.id, next));
      }
      played.queried.push_back(query.id);
      played.calls += query.examples;
      outcomes.push_back(std::move(outcome));
    }
    method.tell(outcomes);
    played.rounds.push_back(round);
  }
  return played;
}

}  // namespace zopo::test
