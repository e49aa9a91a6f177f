#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "zopo/app/generate.h"

namespace zopo::cli {
namespace {

struct GenerateRequest {
  TaskFlags flags;
  std::string out, store, progress = "auto";
};

int execute(const GenerateRequest& request) {
  ProgressPrinter printer(chosen_progress(request.progress));
  const TaskOptions task = request.flags.read_task();
  app::GenerateOptions options;
  options.task_file = task.task_file;
  options.overrides = task.overrides;
  if (!request.out.empty()) options.out = request.out;
  if (!request.store.empty()) options.store = request.store;
  options.on_progress = [&](const app::Progress& progress) { printer.show(progress); };
  options.on_warning = warn;
  options.interrupted = &watch_signals();
  const app::GenerateReport report = app::generate(options);
  printer.clear();
  if (!options.out) {
    for (const std::string& prompt : report.prompts) fmt::print("{}\n", prompt);
    std::fflush(stdout);
  }
  fmt::print(
      stderr, "{} distinct candidates from {} replies, {} calls paid{}; replies kept in {}\n",
      report.prompts.size(), report.replies, report.calls_paid,
      report.dropped.empty() ? "" : " (dropped: " + report.dropped + ")", report.store.string());
  if (!report.error) return say_how_it_ended(kDone, "done", ""), kDone;
  const int code = code_of(*report.error);
  say_how_it_ended(code, report.error->message, "the same command goes on; nothing is paid twice");
  return code;
}

}  // namespace

void add_generate(CommandLine& line) {
  const auto request = std::make_shared<GenerateRequest>();
  CLI::App& command =
      line.add(line.app(), "generate", "Let the model write candidate prompts from demonstrations.",
               [request] { return execute(*request); });
  command.footer(
      "Examples:\n"
      "  zopo generate --task task.json --out candidates.txt\n"
      "  zopo generate --task task.json --count 50 --set candidates.generate.seeds=mine.txt\n\n"
      "Demonstrations come from data.train only; without it, a part of dev is split off, said\n"
      "plainly and not scored. `zopo optimize` does all of this by itself where the task names no\n"
      "candidates.");
  TaskFlags& flags = request->flags;
  flags.add_to(command);
  flags.add_setting(command, "--count", "candidates.generate.count", "Distinct candidates wanted.");
  flags.add_setting(command, "--calls", "candidates.generate.calls", "Replies asked for at most.");
  flags.add_setting(command, "--seed", "optimizer.seed", "Seed of everything random.");
  flags.add_llm_settings(command);
  add_option(command, "--out", request->out,
             "Where they go: .txt (one a line) or .jsonl. Default: stdout.")
      ->type_name("FILE");
  add_option(command, "--store", request->store,
             "Store of the raw replies. Default: generate.db in output.dir.")
      ->type_name("FILE");
  add_progress(command, request->progress);
}

}  // namespace zopo::cli
