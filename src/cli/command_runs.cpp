#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/runs_folder.h"
#include "zopo/base/terminal.h"
#include "zopo/base/text.h"
#include "zopo/report/run_list.h"

namespace zopo::cli {
namespace {

struct RunsRequest {
  std::filesystem::path folder;
  std::string format = "text";
};

std::string winner_line(const std::string& prompt) {
  constexpr std::size_t kLongest = 50;
  const std::string_view line =
      beginning(std::string_view(prompt).substr(0, prompt.find('\n')), kLongest);
  return harmless(line) + (line.size() < prompt.size() ? ".." : "");
}

void print_run(const report::ListedRun& run) {
  std::string cost = run.calls ? fmt::format("{} calls", *run.calls) : "-";
  if (run.usd) cost += fmt::format(", {:.4f} USD", *run.usd);
  print_result("{:<20}  {:<11}  {:>5}  {:<22}  {}\n", run.created, run.state,
               run.test ? fmt::format("{:.3f}", *run.test) : "-", cost, run.directory.string());
  print_result("  {} with {}: {}\n", harmless(run.task), harmless(run.model),
               run.winner.empty() ? "no prompt yet" : winner_line(run.winner));
}

int execute(const RunsRequest& request) {
  const std::filesystem::path folder = request.folder.empty() ? runs_folder() : request.folder;
  const std::vector<report::ListedRun> runs = report::list_runs(folder);
  if (request.format == "json") {
    print_result("{}\n", report::to_json(runs).dump(2, ' ', false,
                                                    nlohmann::json::error_handler_t::replace));
  } else {
    for (const report::ListedRun& run : runs) print_run(run);
  }
  say_how_it_ended(kDone,
                   runs.empty() ? "there are no runs in " + folder.string()
                                : fmt::format("{} runs", runs.size()),
                   "");
  return kDone;
}

}  // namespace

std::filesystem::path runs_folder() {
  constexpr const char* kTask = "task.json";
  return std::filesystem::exists(kTask) ? settings::load_settings(kTask, {}).output.dir : "runs";
}

void add_runs(CommandLine& line) {
  const auto request = std::make_shared<RunsRequest>();
  CLI::App& command =
      line.add(line.app(), "runs", "List the runs, the newest first, each with what it found.",
               [request] { return execute(*request); });
  command
      .add_option("folder", request->folder,
                  "The folder with runs. Default: that of task.json here, else runs.")
      ->type_name("DIR");
  add_format(command, request->format);
  command.footer(
      "Examples:\n"
      "  zopo runs\n"
      "  zopo runs mine/runs --format json\n\n"
      "Columns: date, state, test score, cost, folder; then task, model and prompt.");
}

}  // namespace zopo::cli
