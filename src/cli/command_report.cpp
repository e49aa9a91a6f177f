#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "zopo/report/html_report.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {
namespace {

struct ReportRequest {
  std::vector<std::filesystem::path> runs;
  std::string out;
};

int execute(const ReportRequest& request) {
  const std::filesystem::path beside =
      request.runs.size() == 1 ? request.runs[0] / "report.html" : "report.html";
  const std::filesystem::path file =
      request.out.empty() ? beside : std::filesystem::path(request.out);
  store::write_file_atomically(file, report::html_report(request.runs));
  fmt::print("{}\n", file.string());
  std::fflush(stdout);
  return say_how_it_ended(kDone, "done", ""), kDone;
}

}  // namespace

void add_report(CommandLine& line) {
  const auto request = std::make_shared<ReportRequest>();
  CLI::App& command =
      line.add(line.app(), "report",
               "One HTML page about a run, or several side by side; it needs no network.",
               [request] { return execute(*request); });
  command.add_option("runs", request->runs, "Directories of runs.")->required()->type_name("RUN");
  add_option(command, "--out", request->out,
             "The page. Default: report.html in the run's directory, or here for several.")
      ->type_name("FILE");
  command.footer(
      "Examples:\n"
      "  zopo report runs/20260101T000000Z-plural-1a2b3c4d\n"
      "  zopo report runs/A runs/B --out both.html   side by side");
}

}  // namespace zopo::cli
