#include <fmt/format.h>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "zopo/app/embed.h"

namespace zopo::cli {
namespace {

struct EmbedRequest {
  TaskFlags flags;
  std::string candidates, out, store, progress = "auto";
};

int execute(const EmbedRequest& request) {
  ProgressPrinter printer(chosen_progress(request.progress));
  const TaskOptions task = request.flags.read_task();
  app::EmbedOptions options;
  options.task_file = task.task_file;
  options.overrides = task.overrides;
  options.out = request.out;
  if (!request.candidates.empty()) options.candidates = request.candidates;
  if (!request.store.empty()) options.store = request.store;
  options.on_progress = [&](const run::Progress& progress) { printer.show(progress); };
  options.on_warning = warn;
  options.interrupted = &watch_signals();
  const app::EmbedReport report = app::embed(options);
  printer.clear();
  const std::string paid =
      report.store ? fmt::format("{} calls paid, {} found in stores; vectors kept in {}",
                                 report.calls_paid, report.calls_cached, report.store->string())
                   : "no calls";
  if (!report.error) {
    print_note("{} rows of {} dimensions by {} in {}, described in {}; {}\n", report.rows,
               report.dim, report.by, request.out, report.manifest.string(), paid);
    return say_how_it_ended(kDone, "done", ""), kDone;
  }
  print_note("{}\n", paid);
  const int code = code_of(*report.error);
  say_how_it_ended(code, report.error->message, "the same command goes on; nothing is paid twice");
  return code;
}

}  // namespace

void add_embed(CommandLine& line) {
  const auto request = std::make_shared<EmbedRequest>();
  CLI::App& command = line.add(line.app(), "embed", "Write the embeddings of the candidates.",
                               [request] { return execute(*request); });
  command.footer(
      "Examples:\n"
      "  zopo embed --task task.json --out embeddings.npy\n"
      "  zopo embed --task task.json --candidates more.txt --out more.npy -j 32\n"
      "  zopo embed --task task.json --out e.npy --set embeddings.provider=openai --set "
      "embeddings.model=e\n\n"
      "By the provider of the task's \"embeddings\", or the built-in text features. A manifest\n"
      "(OUT.json) beside the file says by whom and of which texts; a task whose \"embeddings\"\n"
      "name the file is refused when its candidates are others. Candidates that are added later\n"
      "are all that is paid for.");
  TaskFlags& flags = request->flags;
  flags.add_to(command);
  add_option(command, "--candidates", request->candidates,
             "Texts to embed: .txt, .jsonl or .csv. Default: as the task says.")
      ->type_name("FILE");
  add_option(command, "--out", request->out, "Where they go: .npy, one row a candidate.")
      ->required()
      ->type_name("FILE");
  add_option(command, "--store", request->store,
             "Store of the vectors paid for. Default: embed.db in output.dir.")
      ->type_name("FILE");
  flags.add_setting(command, "--batch", "embeddings.batch", "Texts in one request.");
  flags.add_llm_settings(command);
  add_progress(command, request->progress);
}

}  // namespace zopo::cli
