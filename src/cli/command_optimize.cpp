#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/choose.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/copies.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/preview.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/thresholds.h"
#include "zopo/run/optimize.h"

namespace zopo::cli {
namespace {

struct OptimizeRequest {
  TaskFlags flags;
  std::string resume;
  bool dry_run = false, same_model = false, reopen_test = false;
  std::string format = "text";  // text, json
  std::string progress = "auto";
  Copies copies{report::RunKind::search};
  Thresholds thresholds;
};

// Of the prompt that is recommended: the baseline is no improvement on itself.
std::optional<task::PairedDifference> improvement(const report::RunResult& result) {
  if (result.found && result.test_difference) return task::PairedDifference{};
  return result.test_difference;
}

int finish(const OptimizeRequest& command, const run::OptimizeReport& report) {
  const report::RunResult& result = report.result;
  const std::string lost =
      report.calls_lost > 0
          ? fmt::format(", {} of an earlier process of no use now (the caps count them)",
                        report.calls_lost)
          : "";
  print_note("{}run {}: {} calls paid, {} found in stores{}, {:.1f} s\n",
             report::summary_text(result), report.run_dir.string(), report.calls_paid,
             report.calls_cached, lost, report.seconds);
  under_way().result =
      fmt::format("the run is whole: its prompt is in {}, and zopo report {} shows it",
                  (report.run_dir / "best_prompt.txt").string(), report.run_dir.string());
  if (result.best && !result.best->test)
    print_note("zopo: the prompt below is not tested; it was measured on {} dev examples\n",
               result.best->dev ? result.best->dev->n : 0);
  if (command.format == "json") {
    print_result("{}\n", report::to_json(result).dump(2));
  } else if (result.best) {
    print_result("{}\n", result.best->prompt);
  }
  const bool keeps = result.found || result.verdict == "in_use";
  return finish_run(report.run_dir, report.error,
                    "zopo optimize --resume " + report.run_dir.string(), command.copies,
                    command.thresholds.checks(result.best ? result.best->test : std::nullopt,
                                              improvement(result)),
                    std::string("done") + (keeps ? "; keep your prompt" : "") +
                        (report.cut_by.empty() ? "" : "; " + report.cut_by) +
                        "; look at it with: zopo report " + report.run_dir.string());
}

int execute(const OptimizeRequest& command) {
  const TaskOptions task =
      command.resume.empty() ? command.flags.read_task(" or --resume") : command.flags.read();
  if (command.dry_run) return show_preview(task, command.format);
  command.copies.check();
  ProgressPrinter printer(chosen_progress(command.progress), "zopo optimize --resume");
  run::OptimizeOptions options;
  options.task_file = task.task_file;
  options.overrides = task.overrides;
  if (!command.resume.empty()) options.resume = command.resume;
  options.same_model = command.same_model;
  options.reopen_test = command.reopen_test;
  options.on_warning = warn;
  options.on_progress = [&](const run::Progress& progress) { printer.show(progress); };
  options.on_answer = [&](const run::Progress& progress) { printer.show_answer(progress); };
  options.interrupted = &watch_signals();
  options.choose = choose_at_terminal(printer, *options.interrupted);
  const run::OptimizeReport report = run::optimize(options);
  printer.clear();
  return finish(command, report);
}

void add_own_settings(TaskFlags& flags, CLI::App& command) {
  const auto add = [&](auto... arguments) { flags.add_setting(command, arguments...); };
  add("--method", "optimizer.method", "Search method.", SettingFlag::string);
  add("--seed", "optimizer.seed", "Seed of everything random.");
  add("--budget-evaluations", "budget.evaluations", "Whole evaluations of the search.");
  add("--output-dir", "output.dir", "Where run directories go.", SettingFlag::path);
}

}  // namespace

void add_optimize(CommandLine& line) {
  const auto request = std::make_shared<OptimizeRequest>();
  CLI::App& command =
      line.add(line.app(), "optimize", "Search for the best prompt within the budget.",
               [request] { return execute(*request); });
  request->flags.add_to(command);
  add_own_settings(request->flags, command);
  request->flags.add_llm_settings(command);
  add_option(command, "--resume", request->resume, "Go on with this run; nothing is paid twice.")
      ->type_name("RUN");
  add_same_model(command, request->same_model);
  command
      .add_flag("--reopen-test", request->reopen_test,
                "Search on although the sealed test was read, and read it for the new winner; "
                "the result says so.")
      ->envname("ZOPO_REOPEN_TEST");
  command
      .add_flag("--dry-run", request->dry_run,
                "Print the bounds of calls, tokens and dollars; send nothing.")
      ->envname("ZOPO_DRY_RUN");
  add_format(command, request->format);
  add_progress(command, request->progress);
  request->copies.add_to(command);
  request->thresholds.add_to(command, "test score", "the baseline's");
  command.footer(
      "Examples:\n"
      "  zopo optimize                               task.json of this folder\n"
      "  zopo optimize mine/task.json                search, then print the best prompt\n"
      "  zopo optimize --task task.json --dry-run    what it may cost, without any network\n"
      "  zopo optimize --task task.json --budget-calls 500 --fail-under 0.8 --out "
      "result.junit.xml\n"
      "  zopo optimize --resume runs/20260101T000000Z-plural-1a2b3c4d");
}

}  // namespace zopo::cli
