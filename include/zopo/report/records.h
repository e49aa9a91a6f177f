#pragma once
// The lines of trace.jsonl and the rows of evaluations.csv.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

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
};
// One line of JSON without its line end.
std::string trace_line(const Decision& decision);

// Candidates that were added during the search.
struct Enlargement {
  std::int64_t round = 0;  // before which
  std::string why;         // the frontier's state, or "index"
  struct Order {
    std::string way;
    std::vector<optim::CandidateId> parents;
    double index = optim::kNoFigure;  // that the method ranked it by
  };
  std::vector<Order> orders;  // what the model was asked to write
  std::int64_t replies = 0, distinct = 0;
  std::map<std::string, std::int64_t> dropped;  // why some did not become candidates
  optim::CandidateId first = 0;                 // of those added
};
std::string trace_line(const Enlargement& enlargement);

// One answer of one prompt to one example.
struct EvaluationRow {
  std::string split;      // dev or test
  std::string prompt_id;  // a candidate's id or "baseline"
  const task::Answer* answer = nullptr;
};
// RFC 4180 with a header row.
std::string evaluations_csv(std::span<const EvaluationRow> rows);

}  // namespace zopo::report
