#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "zopo/app/generate.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

struct GenerateRequest {
  TaskFlags flags;
  std::string out, store, progress = "auto";
  std::int64_t count = 100;
  bool rejected = false;
};

// A terminal gets no control characters, whatever the model wrote.
void show_rejected(const std::vector<write::Dropped>& rejected) {
  constexpr std::size_t kShown = 300;
  for (const write::Dropped& one : rejected) {
    fmt::print(stderr, "rejected ({}, {}{}): {:?}\n", one.reason, one.way,
               one.detail.empty() ? "" : fmt::format(", {:?}", make_valid_utf8(one.detail)),
               make_valid_utf8(beginning(one.text, kShown)));
  }
}

int execute(const GenerateRequest& request) {
  ProgressPrinter printer(chosen_progress(request.progress));
  const TaskOptions task = request.flags.read_task();
  app::GenerateOptions options;
  options.task_file = task.task_file;
  options.overrides = task.overrides;
  if (!request.out.empty()) options.out = request.out;
  if (!request.store.empty()) options.store = request.store;
  options.count = request.count;
  options.on_progress = [&](const run::Progress& progress) { printer.show(progress); };
  options.on_warning = warn;
  options.interrupted = &watch_signals();
  const app::GenerateReport report = app::generate(options);
  printer.clear();
  under_way().result =
      "the replies are kept: the same command prints them again, paying for nothing";
  if (request.rejected) show_rejected(report.rejected);
  if (!options.out) {
    for (const std::string& prompt : report.prompts) print_result("{}\n", prompt);
  }
  print_note("{} distinct candidates from {} replies, {} calls paid{}; replies kept in {}\n",
             report.prompts.size(), report.replies, report.calls_paid,
             report.dropped.empty() ? "" : " (dropped: " + report.dropped + ")",
             report.store.string());
  if (!report.error) return say_how_it_ended(kDone, "done", ""), kDone;
  const int code = code_of(*report.error);
  say_how_it_ended(code, report.error->message, "the same command goes on; nothing is paid twice");
  return code;
}

}  // namespace

void add_generate(CommandLine& line) {
  const auto request = std::make_shared<GenerateRequest>();
  CLI::App& command = line.add(line.app(), "generate", "Let the model write candidate prompts.",
                               [request] { return execute(*request); });
  command.footer(
      "Examples:\n"
      "  zopo generate --task task.json --out candidates.txt\n"
      "  zopo generate --task task.json --count 50 --rejected\n\n"
      "Demonstrations come from data.train only; without it, a part of dev is split off, said\n"
      "plainly and not scored. `zopo optimize` does all of this by itself where the task names no\n"
      "candidates.");
  TaskFlags& flags = request->flags;
  flags.add_to(command);
  add_option(command, "--count", request->count, "Distinct candidates wanted. Default: 100.")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100000}))
      ->type_name("N");
  flags.add_setting(command, "--calls", "candidates.write.calls",
                    "Replies asked for at most. Default: twice --count.");
  command
      .add_flag("--rejected", request->rejected,
                "Show on stderr what was written and dropped, and why.")
      ->envname(variable_of("--rejected"));
  flags.add_setting(command, "--seed", "optimizer.seed", "Seed of everything random.");
  flags.add_llm_settings(command);
  add_option(command, "--out", request->out,
             "Where they go: .jsonl, or .txt (one a line). Default: stdout.")
      ->type_name("FILE");
  add_option(command, "--store", request->store,
             "Store of the raw replies. Default: generate.db in output.dir.")
      ->type_name("FILE");
  add_progress(command, request->progress);
}

}  // namespace zopo::cli
