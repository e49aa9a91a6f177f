#include <fmt/format.h>

#include <iostream>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "zopo/app/bench.h"
#include "zopo/app/record.h"

namespace zopo::cli {
namespace {

struct BenchRequest {
  std::string file, landscapes, out;
  int threads = 0;
};

struct RecordRequest {
  TaskFlags flags;
  std::string store, landscape, progress = "auto";
};

std::optional<std::filesystem::path> path_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

int execute(const BenchRequest& request) {
  if (request.file.empty()) throw CLI::RequiredError("FILE, or the command record,");
  const app::BenchOptions options{
      request.file, path_of(request.landscapes), path_of(request.out), request.threads, {}};
  app::run_bench(options, std::cout);
  std::cout.flush();
  return kDone;
}

int execute(const RecordRequest& request) {
  ProgressPrinter printer(chosen_progress(request.progress));
  const TaskOptions task = request.flags.read();
  const app::RecordOptions options{task.task_file,
                                   task.overrides,
                                   request.store,
                                   path_of(request.landscape),
                                   [&](const app::Progress& progress) { printer.show(progress); },
                                   &watch_signals()};
  const app::RecordReport report = app::record(options);
  printer.clear();
  fmt::print(stderr, "{}: {} answers, {} paid for now, {} truncated, {} missing\n", request.store,
             report.answers, report.calls_paid, report.truncated, report.errors);
  if (!report.error) return say_how_it_ended(kDone, "done", ""), kDone;
  say_how_it_ended(code_of(*report.error), report.error->message, "the same command goes on");
  return code_of(*report.error);
}

void add_record(CommandLine& line, CLI::App& bench) {
  const auto request = std::make_shared<RecordRequest>();
  CLI::App& command = line.add(
      bench, "record", "Fill a response store with every candidate on every dev and test example.",
      [request] { return execute(*request); });
  request->flags.add_to(command)->required();
  request->flags.add_llm_settings(command);
  add_option(command, "--store", request->store, "The response store to fill.")
      ->required()
      ->type_name("FILE");
  add_option(command, "--landscape", request->landscape,
             "Also write the outcomes as a landscape for zopo bench; its other models are kept.")
      ->type_name("FILE.json");
  add_progress(command, request->progress);
  command.footer(
      "Examples:\n  zopo bench record --task task.json --store responses.db\n"
      "  zopo bench record --task task.json --store responses.db --landscape task-landscape.json");
}

}  // namespace

void add_bench(CommandLine& line) {
  const auto request = std::make_shared<BenchRequest>();
  CLI::App& command = line.add(line.app(), "bench",
                               "Compare methods on recorded landscapes; record a task's answers.",
                               [request] { return execute(*request); });
  command.require_subcommand(0, 1);
  command.add_option("file", request->file, "The bench's description (JSON).")->type_name("FILE");
  add_option(command, "--landscapes", request->landscapes,
             "A folder of landscapes instead of the file's.")
      ->type_name("DIR");
  add_option(command, "--out", request->out, "The summary, .json.")->type_name("FILE");
  add_option(command, "-j,--threads", request->threads, "Searches at once; 0: one a processor.");
  add_record(line, command);
  command.footer(
      "Examples:\n"
      "  zopo bench configs/bench/landscapes.json --landscapes FOLDER --out summary.json\n"
      "  zopo bench record --task task.json --store responses.db\n"
      "  zopo bench record --task task.json --store responses.db --landscape task-landscape.json");
}

}  // namespace zopo::cli
