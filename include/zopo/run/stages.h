#pragma once
// What follows the search: the winner, the baseline, and the sealed test.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/report/run_result.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/inputs.h"
#include "zopo/run/plan.h"
#include "zopo/run/search_loop.h"
#include "zopo/settings/settings.h"
#include "zopo/write/writer.h"

namespace zopo::run {

// Everything a run has answered, for the result and evaluations.csv.
struct Answers {
  std::optional<write::WrittenBatch> written;  // when candidates could be
  std::vector<task::Answer> reflections;       // on train, to find wrong ones
  std::vector<optim::CandidateId> reflected;   // the candidate of each
  std::int64_t added = 0;                      // candidates that joined during the search
  SearchState search;
  std::vector<task::Answer> baseline_dev;              // what the search does not have of it
  std::vector<task::Answer> best_test, baseline_test;  // of the same test examples, in their order
  bool test_has_failed = false;                        // too few of them have an answer for a score
  std::int64_t test_asked = 0, test_answered = 0;      // examples
  std::int64_t test_cut_at = 0;                        // examples that the caps paid for; 0: all
  std::int64_t test_readings = 0;                      // for how many winners
  std::vector<std::string> warnings;                   // of what the search had to work with
};

struct Winner {
  std::optional<optim::CandidateId> best, initial_best, first_initial;
  task::Candidate baseline;
  std::string baseline_source;
};
// Requires a recommendation in the search's state.
Winner find_winner(const settings::Settings& settings,
                   const Inputs& inputs,
                   const SearchState& search);

// The baseline on what the search did not ask it of dev (when the task names one). The error that
// stopped it, if any.
std::optional<Error> run_baseline(const settings::Settings& settings,
                                  const Inputs& inputs,
                                  const Plan& plan,
                                  const Tolerance& tolerance,
                                  Endpoint& endpoint,
                                  Answers& answers);

// The baseline's answers to dev, by example: the search's and those besides.
std::vector<task::Answer> baseline_on_dev(const Inputs& inputs, const Answers& answers);

// The replies of the baseline, for a metric that compares with them.
task::Opponents opponents_of(const data::Dataset& dataset,
                             const std::vector<task::Answer>& baseline);

// What speaks against believing the scores of a prompt: answers of dev or test that stand in it.
// name: of the prompt, for the sentence.
std::vector<std::string> leaks(const Inputs& inputs,
                               const std::string& name,
                               const std::string& prompt);

// The candidate on the first so many examples of a dataset.
std::vector<task::Item> items_of(const task::Candidate& candidate, std::size_t examples);

// a minus b over the examples that both have answered; a[i] and b[i] are of one example. Nothing
// where there are none.
std::optional<task::PairedDifference> paired_difference(std::span<const task::Answer> a,
                                                        std::span<const task::Answer> b);

// Without its usage, which the endpoint knows.
report::RunResult make_result(const settings::Settings& settings,
                              const Inputs& inputs,
                              const Answers& answers,
                              const std::optional<Winner>& winner);

}  // namespace zopo::run
