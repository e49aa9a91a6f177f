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
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/thresholds.h"
#include "zopo/app/evaluate.h"
#include "zopo/data/prompt_file.h"

namespace zopo::cli {
namespace {

struct EvaluateRequest {
  TaskFlags flags;
  std::vector<std::string> prompts, prompt_files, runs;
  bool baseline = false, same_model = false;
  std::string split = "dev", resume, format = "text", progress = "auto";
  Copies copies{report::RunKind::evaluation};
  Thresholds thresholds;
};

int finish(const EvaluateRequest& request, const app::EvaluateReport& report) {
  const report::EvaluationResult& result = report.result;
  under_way().result =
      "the evaluation is whole: zopo report " + report.run_dir.string() + " --out FILE copies it";
  print_result("{}", request.format == "json" ? report::to_json(result).dump(2) + "\n"
                                              : report::summary_text(result));
  print_note("run {}: {} calls paid, {} found in stores, {:.1f} s\n", report.run_dir.string(),
             report.calls_paid, report.calls_cached, report.seconds);
  return finish_run(report.run_dir, report.error,
                    "zopo evaluate --resume " + report.run_dir.string(), request.copies,
                    request.thresholds.checks(
                        result.prompts.front().score,
                        result.differences.empty() ? std::nullopt : result.differences.front()));
}

int execute(const EvaluateRequest& request) {
  const bool named = !request.runs.empty() || !request.resume.empty();
  const TaskOptions task =
      named ? request.flags.read() : request.flags.read_task(", --run or --resume");
  app::EvaluateOptions options;
  options.task_file = task.task_file;
  options.overrides = task.overrides;
  options.prompts.assign(request.prompts.begin(), request.prompts.end());
  for (const std::string& file : request.prompt_files)
    options.prompts.push_back(data::load_prompt(file));
  options.runs.assign(request.runs.begin(), request.runs.end());
  options.baseline = request.baseline;
  options.split = request.split;
  if (!request.resume.empty()) options.resume = request.resume;
  options.same_model = request.same_model;
  request.copies.check();
  ProgressPrinter printer(chosen_progress(request.progress), "zopo evaluate --resume");
  options.on_warning = warn;
  options.on_progress = [&](const run::Progress& progress) { printer.show(progress); };
  options.on_answer = [&](const run::Progress& progress) { printer.show_answer(progress); };
  options.interrupted = &watch_signals();
  options.choose = choose_at_terminal(printer, *options.interrupted);
  const app::EvaluateReport report = app::evaluate(options);
  printer.clear();
  return finish(request, report);
}

void add_prompts(CLI::App& command, EvaluateRequest& request, CLI::Option* resume) {
  const auto add = [&](const char* flag, auto& value, const char* help, const char* type) {
    add_option(command, flag, value, help)
        ->type_name(type)
        ->allow_extra_args(false)
        ->excludes(resume);
  };
  add("--prompt", request.prompts, "A prompt; repeatable, the first is compared to the others.",
      "TEXT");
  add("--prompt-file", request.prompt_files, "A file that is one prompt; after those by --prompt.",
      "FILE");
  add("--run", request.runs, "The best prompt of a run, without paying again; last.", "RUN");
  command.add_flag("--baseline", request.baseline, "The task's baseline, after all others.")
      ->envname("ZOPO_BASELINE")
      ->excludes(resume);
  add_option(command, "--split", request.split, "Which examples: dev or test.")
      ->check(CLI::IsMember({"dev", "test"}))
      ->excludes(resume);
}

}  // namespace

void add_evaluate(CommandLine& line) {
  const auto request = std::make_shared<EvaluateRequest>();
  CLI::App& command = line.add(line.app(), "evaluate",
                               "Score prompts on dev or test, with intervals and paired tests.",
                               [request] { return execute(*request); });
  request->flags.add_to(command);
  request->flags.add_llm_settings(command);
  request->flags.add_setting(command, "--output-dir", "output.dir", "Where run directories go.",
                             SettingFlag::path);
  CLI::Option* resume =
      add_option(command, "--resume", request->resume, "Go on with this evaluation.");
  resume->type_name("RUN");
  add_same_model(command, request->same_model);
  add_prompts(command, *request, resume);
  add_format(command, request->format);
  add_progress(command, request->progress);
  request->copies.add_to(command);
  request->thresholds.add_to(command, "score of the first prompt", "the second's");
  command.footer(
      "Examples:\n"
      "  zopo evaluate --task task.json --prompt 'Write the plural.' --baseline\n"
      "  zopo evaluate --run runs/20260101T000000Z-plural-1a2b3c4d --split test --fail-under 0.8");
}

}  // namespace zopo::cli
