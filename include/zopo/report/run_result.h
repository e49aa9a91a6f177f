#pragma once
// What a run found, as the file result.json says it. Nothing in it depends on the clock, the
// machine or the concurrency.

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zopo/task/evaluator.h"
#include "zopo/task/statistics.h"

namespace zopo::report {

// One of several metrics on the examples that it could tell something of.
struct MetricMean {
  std::string metric;  // its label
  double score = 0;
  task::Interval ci;  // 95 %
  std::int64_t n = 0;
};

// A score with the counts behind it.
struct Score {
  double score = 0;
  task::Interval ci;                  // 95 %
  std::int64_t n = 0;                 // scored examples (ok and truncated)
  std::int64_t truncated = 0;         // of them
  std::int64_t error = 0;             // examples without an answer; not in n
  std::vector<MetricMean> metrics{};  // when there are several
};
// Nothing without a scored example.
std::optional<Score> score_of(std::span<const task::Answer> answers);

struct PromptResult {
  std::optional<std::int64_t> id;  // none for a baseline that is no candidate
  std::string prompt;              // the instruction
  std::optional<Score> dev, test;
  struct Exemplar {
    std::int64_t train = 0;  // its index there
    std::string input, output;
  };
  std::vector<Exemplar> exemplars = {};  // in the order shown
  std::string text = {};                 // with exemplars: all of it
};

struct RunUsage {
  std::int64_t calls = 0;
  std::int64_t prompt_tokens = 0, completion_tokens = 0;
  std::optional<double> usd;  // when the prices are known
  struct Part {
    std::int64_t calls = 0;
    std::int64_t prompt_tokens = 0, completion_tokens = 0;
    std::optional<double> usd;
  };
  std::optional<Part> judge;          // of it, when there is one
  std::optional<Part> writer;         // of another model that wrote candidates
  std::map<std::string, Part> roles;  // what the calls were for: search, baseline, test, embed ..
};

struct RunResult {
  std::string task, method;
  std::uint64_t seed = 0;
  // best: the prompt to use. Where that is the task's own although the search chose another one,
  // found is the latter.
  std::optional<PromptResult> best, baseline, initial_best, found;
  std::string baseline_source;  // "task", or "first_initial" when the task names none
  std::optional<task::PairedDifference> test_difference;  // what the search chose minus baseline
  std::string verdict, verdict_text;  // task/verdict.h's, against the task's own prompt
  struct Majority {
    std::string answer;                 // expected most often
    double test = 0;                    // its score
    task::PairedDifference difference;  // best minus it, on the test
  };
  std::optional<Majority> majority;
  std::int64_t candidates = 0, candidates_tried = 0, rounds = 0, search_calls = 0;
  std::string
      stopped;     // budget, exhausted, calls, tokens, usd, seconds, incomplete, error, interrupted
  RunUsage usage;  // what the run needed, whoever paid
  std::int64_t errors = 0, truncated = 0;
  struct SealedTest {
    std::int64_t readings = 0;  // for how many winners it was read
    std::int64_t asked = 0;     // of winner and baseline; 0: not read in this run's last part
    std::int64_t answered = 0;
  };
  SealedTest test;
  std::vector<std::string> warnings;  // what speaks against believing the scores
  struct Written {
    std::int64_t replies = 0;                     // of the model that writes
    std::int64_t reflections = 0;                 // answers on train, to find wrong ones
    std::int64_t distinct = 0;                    // prompts that became candidates
    std::map<std::string, std::int64_t> dropped;  // why others did not
  };
  std::optional<Written> written;  // when candidates could be
  std::int64_t added = 0;          // candidates that joined during the search
};

// The dev scores of the best prompt and of the best initial one are marked "optimistic": they were
// chosen for being high.
nlohmann::json to_json(const RunResult& result);

// The first lines a person reads: test score with its interval, the difference to the baseline and
// its verdict.
std::string summary_text(const RunResult& result);

}  // namespace zopo::report
