#pragma once
// The lines of trace.jsonl and the rows of evaluations.csv.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/data/dataset.h"
#include "zopo/optim/method.h"
#include "zopo/task/evaluator.h"

namespace zopo::report {

// One decision: a query and what came of it.
struct Decision {
  std::int64_t round = 0;  // from 0
  optim::Query query;
  std::vector<std::int64_t> examples;  // indices in dev, as scored
  std::vector<double> outcomes;        // their scores
  std::int64_t n = 0;                  // examples scored of this candidate so far
  double mean = 0;                     // of them
  // What would be recommended after the round; at its last decision alone.
  std::optional<optim::Recommendation> recommended = std::nullopt;
};
// One line of JSON without its line end.
std::string trace_line(const Decision& decision);

// An order to write, and what came of it.
struct WritingDecision {
  std::int64_t round = 0;  // from 0
  std::string way;
  optim::WriteOrder order;
  std::optional<double> to_beat = {};                // the incumbent's posterior mean then
  std::int64_t candidates = 0;                       // that were accepted
  optim::CandidateId first = 0;                      // of them
  std::map<std::string, std::int64_t> dropped = {};  // why others were not
};
std::string trace_line(const WritingDecision& decision);

// Why a search ended of itself; the incumbent's posterior mean then.
struct StopDecision {
  std::int64_t round = 0;  // the first that was not played
  optim::Stop why = optim::Stop::budget;
  std::optional<double> to_beat = {};
};
std::string trace_line(const StopDecision& decision);

// One answer of one prompt to one example.
struct EvaluationRow {
  std::string split;      // dev or test
  std::string prompt_id;  // a candidate's id or "baseline"
  const task::Answer* answer = nullptr;
  const data::Example* asked = nullptr;  // what the answer is to; may be absent
};
// RFC 4180 with a header row. The expected output is the reference, or a JSON array of several.
std::string evaluations_csv(std::span<const EvaluationRow> rows);

}  // namespace zopo::report
