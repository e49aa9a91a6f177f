#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/copies.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/runs_folder.h"
#include "zopo/report/export.h"
#include "zopo/report/html_report.h"
#include "zopo/report/run_list.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {
namespace {

using Paths = std::vector<std::filesystem::path>;

struct ReportRequest {
  Paths runs, out;
  std::string junit_cases;
};

// Where the page goes when nothing is said.
Paths files_of(const ReportRequest& request) {
  if (!request.out.empty()) return request.out;
  return {request.runs.size() == 1 ? request.runs[0] / "report.html" : "report.html"};
}

void write_together(const Paths& runs, const std::filesystem::path& file) {
  if (file.extension() != ".html")
    throw Failure(ErrorKind::usage,
                  "--out " + file.string() + ": several runs share a page; expected .html.");
  store::write_file_atomically(file, report::html_report(runs));
}

ReportRequest with_newest(ReportRequest request) {
  if (!request.runs.empty()) return request;
  const std::filesystem::path folder = runs_folder();
  const std::vector<report::ListedRun> runs = report::list_runs(folder);
  if (runs.empty())
    throw Failure(ErrorKind::usage, "There are no runs in " + folder.string() +
                                        ". Name a run's directory, or go where the runs are.");
  request.runs.push_back(runs.front().directory);
  return request;
}

int execute(const ReportRequest& given) {
  const ReportRequest request = with_newest(given);
  for (const std::filesystem::path& file : files_of(request)) {
    if (request.runs.size() > 1)
      write_together(request.runs, file);
    else
      report::export_run(
          request.runs[0], file, report::kind_of_run(request.runs[0]),
          {.checks = {}, .error = {}, .example_cases = are_examples(request.junit_cases)});
    print_result("{}\n", file.string());
  }
  return say_how_it_ended(kDone, "done", ""), kDone;
}

}  // namespace

void add_report(CommandLine& line) {
  const auto request = std::make_shared<ReportRequest>();
  CLI::App& command =
      line.add(line.app(), "report",
               "One HTML page about a run, or several side by side; it needs no network.",
               [request] { return execute(*request); });
  command.add_option("runs", request->runs, "Directories of runs. Default: the newest.")
      ->type_name("RUN");
  add_option(command, "--out", request->out,
             "The page. Default: report.html in the run's directory, or here for several. Of one "
             "run also " +
                 report::export_kinds(report::RunKind::search) + "; repeatable.")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_junit_cases(command, request->junit_cases);
  command.footer(
      "Examples:\n"
      "  zopo report                                 the newest run\n"
      "  zopo report runs/20260101T000000Z-plural-1a2b3c4d\n"
      "  zopo report runs/A --out summary.md --out result.junit.xml\n"
      "  zopo report runs/A runs/B --out both.html   side by side");
}

}  // namespace zopo::cli
