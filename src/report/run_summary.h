#pragma once
// result.json of a search or of an evaluation as the few figures that a summary shows.

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
};

// Throws Failure{data} for a run without readable records.
RunSummary summary_of(const store::RunDir& run, RunKind kind);

std::string junit_xml(const RunSummary& summary, const Ending& ending);
std::string markdown(const RunSummary& summary, const Ending& ending);

}  // namespace zopo::report
