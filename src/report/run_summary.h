#pragma once
// result.json of a search or of an evaluation as the few figures that a summary shows.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "zopo/report/export.h"
#include "zopo/report/run_result.h"
#include "zopo/store/run_dir.h"

namespace zopo::report {

struct RunSummary {
  std::string task, run;  // the task's name, the directory's
  struct Row {
    std::string name;
    std::optional<Score> score;
    std::string prompt;
  };
  std::vector<Row> rows;                 // the first is what thresholds are about
  std::string verdict;                   // of a search, in words; empty: there is none
  std::vector<std::string> differences;  // whole phrases
  std::vector<std::string> warnings;
  std::int64_t calls = 0;
  std::optional<double> usd;
  std::string stopped;  // of a search: "budget" is the normal end
  // One example of a split, asked with the prompt that thresholds are about.
  struct Case {
    std::string split, example, input, expected, extracted, reply;
    std::optional<double> score;  // none: there is no answer, and reply says why
  };
  std::vector<Case> cases;  // where they are wanted
};

// with_cases: those of the test, or of dev where the test was not read. Throws Failure{data} for a
// run without readable records.
RunSummary summary_of(const store::RunDir& run, RunKind kind, bool with_cases = false);

// Whether something ended a search before it had done what was asked: a cap that left the test its
// share did not. stopped: as in result.json.
bool is_cut_short(const std::string& stopped, bool is_tested);

std::string junit_xml(const RunSummary& summary, const Ending& ending);
std::string markdown(const RunSummary& summary, const Ending& ending);

}  // namespace zopo::report
