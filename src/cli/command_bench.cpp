#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "cli/bench_ending.h"
#include "cli/bench_progress.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "zopo/app/record.h"
#include "zopo/bench/bench.h"

namespace zopo::cli {
namespace {

struct BenchRequest {
  std::string file, dir, shard, progress = "auto";
  std::vector<std::string> landscapes;
  int threads = 0;
  BenchEnding ending;
};

struct PlanRequest {
  std::string file, dir, shard;
  std::vector<std::string> landscapes;
};

struct MergeRequest {
  std::vector<std::string> directories;
  std::string into;
  bool partial = false;
  BenchEnding ending;
};

struct RecordRequest {
  TaskFlags flags;
  std::string store, landscape, progress = "auto";
};

std::optional<std::filesystem::path> path_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string> variable(const char* name) {
  const char* const value = std::getenv(name);
  if (!value || !*value) return std::nullopt;
  return value;
}

bench::BenchOptions options_of(const auto& request) {
  bench::BenchOptions options;
  options.file = request.file;
  options.landscapes.assign(request.landscapes.begin(), request.landscapes.end());
  options.dir = path_of(request.dir);
  options.shard = request.shard;
  options.environment = variable;
  options.on_note = [](const std::string& note) { print_note("zopo: {}\n", note); };
  return options;
}

int execute(const BenchRequest& request) {
  if (request.file.empty()) throw CLI::RequiredError("FILE, or the command record, plan or merge,");
  request.ending.check();
  bench::BenchOptions options = options_of(request);
  options.threads = request.threads;
  options.whole = request.ending.needs_all_cells();
  options.interrupted = &watch_signals();
  BenchPrinter printer(chosen_progress(request.progress));
  options.on_progress = [&](const bench::BenchProgress& progress) { printer.show(progress); };
  const bench::BenchReport report = bench::run_bench(options);
  printer.clear();
  if (options.dir) {
    print_note("{}: {} cells, {} done before, {} failed, {} missing\n", request.dir, report.cells,
               report.kept, report.failed, report.missing);
  }
  return request.ending.finish(report);
}

int execute(const PlanRequest& request) {
  const bench::BenchOutline outline = bench::outline_bench(options_of(request));
  for (const auto& [id, what] : outline.cells) print_result("{}  {}\n", id, what);
  print_result("{} cells, {} of them live: at most {} calls, {} + {} tokens", outline.cells.size(),
               outline.live, outline.calls, outline.prompt_tokens, outline.completion_tokens);
  if (outline.usd)
    print_result(", {:.4f} USD\n", *outline.usd);
  else
    print_result("; prices are not known\n");
  return kDone;
}

int execute(const MergeRequest& request) {
  request.ending.check();
  bench::MergeOptions options;
  options.directories.assign(request.directories.begin(), request.directories.end());
  options.into = path_of(request.into);
  options.partial = request.partial;
  return request.ending.finish(bench::merge_bench(options));
}

int execute(const RecordRequest& request) {
  ProgressPrinter printer(chosen_progress(request.progress));
  const TaskOptions task = request.flags.read_task();
  const app::RecordOptions options{task.task_file,
                                   task.overrides,
                                   request.store,
                                   path_of(request.landscape),
                                   [&](const run::Progress& progress) { printer.show(progress); },
                                   &watch_signals()};
  const app::RecordReport report = app::record(options);
  printer.clear();
  print_note("{}: {} answers, {} paid for now, {} truncated, {} missing\n", request.store,
             report.answers, report.calls_paid, report.truncated, report.errors);
  if (!report.error) return say_how_it_ended(kDone, "done", ""), kDone;
  say_how_it_ended(code_of(*report.error), report.error->message, "the same command goes on");
  return code_of(*report.error);
}

// FILE and what says which of its cells.
void add_cells(CLI::App& command, auto& request) {
  command.add_option("file", request.file, "The bench's description (JSON).")->type_name("FILE");
  add_option(command, "--landscapes", request.landscapes,
             "A folder of landscapes instead of the file's; may be given more than once.")
      ->type_name("DIR")
      ->allow_extra_args(false);
  add_option(command, "--dir", request.dir,
             "Keep every cell in this folder; those done before are not run again.")
      ->type_name("DIR");
  add_option(command, "--shard", request.shard,
             "Run part i of n, from 1. Without it, as Slurm's array, Kubernetes' indexed job (with "
             "ZOPO_SHARDS) or CI_NODE_INDEX and CI_NODE_TOTAL say.")
      ->type_name("i/n");
}

void add_plan(CommandLine& line, CLI::App& bench) {
  const auto request = std::make_shared<PlanRequest>();
  CLI::App& command = line.add(bench, "plan", "Print the cells of a bench, and what they may cost.",
                               [request] { return execute(*request); });
  add_cells(command, *request);
  command.get_option("file")->required();
  command.footer("Examples:\n  zopo bench plan bench.json --dir results --shard 2/10");
}

void add_merge(CommandLine& line, CLI::App& bench) {
  const auto request = std::make_shared<MergeRequest>();
  CLI::App& command =
      line.add(bench, "merge", "Join the folders of a bench's shards; print and write the summary.",
               [request] { return execute(*request); });
  command.add_option("dirs", request->directories, "Folders that --dir named.")
      ->required()
      ->type_name("DIR");
  add_option(command, "--into", request->into, "Copy every cell and response to this folder.")
      ->type_name("DIR");
  command.add_flag("--partial", request->partial, "Do with the cells there are.")
      ->envname(variable_of("--partial"));
  request->ending.add_to(command);
  command.footer(
      "Examples:\n  zopo bench merge shard-1 shard-2 --out summary.json --out report.html");
}

void add_record(CommandLine& line, CLI::App& bench) {
  const auto request = std::make_shared<RecordRequest>();
  CLI::App& command = line.add(
      bench, "record", "Fill a response store with every candidate on every dev and test example.",
      [request] { return execute(*request); });
  request->flags.add_to(command);
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
      "  zopo bench record --task task.json --store responses.db --landscape landscape.json");
}

}  // namespace

void add_bench(CommandLine& line) {
  const auto request = std::make_shared<BenchRequest>();
  CLI::App& command = line.add(
      line.app(), "bench", "Compare methods on recorded landscapes and live tasks, in many runs.",
      [request] { return execute(*request); });
  command.require_subcommand(0, 1);
  add_cells(command, *request);
  request->ending.add_to(command);
  add_option(command, "-j,--threads", request->threads, "Cells at once; 0: one a processor.");
  add_progress(command, request->progress);
  add_plan(line, command);
  add_merge(line, command);
  add_record(line, command);
  command.footer(
      "Examples:\n"
      "  zopo bench configs/bench/landscapes.json --landscapes FOLDER --out summary.json\n"
      "  zopo bench bench.json --dir results --shard 2/10\n"
      "  zopo bench merge results --out summary.json --out report.html\n"
      "  zopo bench record --task task.json --store responses.db");
}

}  // namespace zopo::cli
