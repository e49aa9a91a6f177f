// Picks the writer of a run's report by the file's name. Called for --out and by zopo report.

#include "zopo/report/export.h"

#include <array>
#include <nlohmann/json.hpp>

#include "report/json_parts.h"
#include "report/run_summary.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/report/html_report.h"
#include "zopo/store/atomic_file.h"
#include "zopo/store/run_dir.h"

namespace zopo::report {
namespace {

struct ExportKind {
  const char* suffix;
  const char* what;
  bool of_evaluations;
  std::string (*make)(const store::RunDir& run, RunKind kind, const Ending& ending);
};

// A file of the run as it is; empty where the run has none, because no prompt was scored.
template <const char* const* name>
std::string copy_of(const store::RunDir& run, RunKind, const Ending&) {
  return std::filesystem::exists(run.path() / *name) ? run.read(*name) : "";
}
constexpr const char* kResult = "result.json";
constexpr const char* kAnswers = "evaluations.csv";
constexpr const char* kTrace = "trace.jsonl";
constexpr const char* kPrompt = "best_prompt.txt";

std::string page_of(const store::RunDir& run, RunKind, const Ending&) {
  return html_report(std::array{run.path()});
}

std::string junit_of(const store::RunDir& run, RunKind kind, const Ending& ending) {
  return junit_xml(summary_of(run, kind, ending.example_cases), ending);
}

std::string markdown_of(const store::RunDir& run, RunKind kind, const Ending& ending) {
  return markdown(summary_of(run, kind), ending);
}

constexpr ExportKind kKinds[] = {
    {".json", "result", true, copy_of<&kResult>},
    {".csv", "answers", true, copy_of<&kAnswers>},
    {".jsonl", "trace", false, copy_of<&kTrace>},
    {".txt", "prompt", false, copy_of<&kPrompt>},
    {".html", "report", true, page_of},
    {".junit.xml", "thresholds as test cases", true, junit_of},
    {".md", "summary", true, markdown_of},
};

const ExportKind& kind_for(const std::filesystem::path& file, RunKind run) {
  const std::string name = fold_case(file.filename().string());
  for (const ExportKind& kind : kKinds) {
    if (name.ends_with(kind.suffix) && (kind.of_evaluations || run == RunKind::search)) return kind;
  }
  throw Failure(ErrorKind::usage, "--out " + file.string() +
                                      ": the end of the name says the kind; expected " +
                                      export_kinds(run) + ".");
}

}  // namespace

std::string export_kinds(RunKind run) {
  std::vector<std::string> kinds;
  for (const ExportKind& kind : kKinds) {
    if (kind.of_evaluations || run == RunKind::search)
      kinds.push_back(std::string(kind.suffix) + " (" + kind.what + ")");
  }
  return join(kinds, ", ");
}

void check_export(const std::filesystem::path& file, RunKind kind) { kind_for(file, kind); }

void export_run(const std::filesystem::path& run,
                const std::filesystem::path& file,
                RunKind kind,
                const Ending& ending) {
  const ExportKind& wanted = kind_for(file, kind);
  store::write_file_atomically(file, wanted.make(store::RunDir::open(run), kind, ending));
}

RunKind kind_of_run(const std::filesystem::path& run) {
  const bool evaluation =
      json_of_run(store::RunDir::open(run), "manifest.json").contains("evaluate");
  return evaluation ? RunKind::evaluation : RunKind::search;
}

}  // namespace zopo::report
