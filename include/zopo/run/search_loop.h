#pragma once
// The loop of a run: ask the method for a round, have it answered and written, tell the method,
// record each decision.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/base/result.h"
#include "zopo/optim/method.h"
#include "zopo/report/records.h"
#include "zopo/run/open_examples.h"
#include "zopo/task/evaluator.h"

namespace zopo::run {

// All answers of the search so far, by candidate, each in the order in which its examples were
// asked.
using Board = std::map<optim::CandidateId, std::vector<task::Answer>>;

struct SearchState {
  Board board;
  std::int64_t rounds = 0;
  std::int64_t spared = 0;  // of SearchOptions::spared, what the search asked for
  std::optional<optim::Recommendation> recommended;  // after the last whole round
  std::vector<optim::CandidateId> initial;           // queried in the initial phase, in order
  std::optional<optim::Stop> stopped;                // why the method had nothing left to ask
};

// What came of a round's orders, one each and in their order; the embeddings of all candidates.
struct Enlargement {
  std::vector<optim::Written> written;
  data::Embeddings all;
};

struct SearchOptions {
  std::vector<std::int64_t> dev_order;  // position in the common order -> index in dev
  Tolerance tolerance = {};
  // A whole evaluation; what is tolerated is counted against it where fewer have been asked.
  std::int64_t examples_per_evaluation = 1;
  ExampleNames names = {};
  // The prompt in use, and how many of its answers the search need not pay for: they are kept aside
  // for it in any case.
  std::optional<optim::CandidateId> baseline = {};
  std::int64_t spared = 0;
};

struct SearchEvents {
  std::function<void(const report::Decision&)> on_decision;
  std::function<void(const SearchState&)> on_round;
  // Writes what a round orders; what was written has joined the candidates when it returns. Needed
  // where the method has ways.
  std::function<Result<Enlargement>(const optim::Round&, const SearchState&)> write = nullptr;
  std::function<void(const report::StopDecision&)> on_stop = nullptr;
  // Sees the answers of each round before they are told; an error ends the search.
  std::function<std::optional<Error>(std::span<const task::Answer>)> on_answers = nullptr;
};

// Runs until the method has nothing to ask, or until something stops it: the error (budget,
// network, authentication, interruption, incomplete) is returned and state holds the whole rounds
// before it. An incomplete round never reaches the method: one after which some candidate has more
// examples without an answer than the tolerance allows. An example without an answer stays open: it
// shifts no other one, and unless it was refused for good it is asked again with the candidate's
// next query, on top of it. One that was refused for kRefusedForAll prompts is set aside for all.
std::optional<Error> run_search(optim::Method& method,
                                const std::vector<task::Candidate>& candidates,
                                const task::Evaluator& evaluator,
                                const SearchOptions& options,
                                const SearchEvents& events,
                                SearchState& state);

// Asks the items. An error that would meet every request is returned; an example's own error stays
// in its answer: whatever may help was tried on the way.
std::optional<Error> answer_all(const task::Evaluator& evaluator,
                                const std::vector<task::Item>& items,
                                std::vector<task::Answer>& answers);

}  // namespace zopo::run
