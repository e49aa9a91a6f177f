#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "zopo/app/init.h"

namespace zopo::cli {
namespace {

struct InitRequest {
  std::string name = "qa";
  std::filesystem::path directory = ".";
  std::string data, prompt, input, output;
};

int write_for_data(const InitRequest& request) {
  app::DataInit init{request.data, std::nullopt, std::nullopt, std::nullopt, request.directory};
  if (!request.prompt.empty()) init.prompt = request.prompt;
  if (!request.input.empty()) init.input = request.input;
  if (!request.output.empty()) init.output = request.output;
  const app::InitReport report = app::write_task_for(init);
  for (const std::filesystem::path& file : report.files) print_result("{}\n", file.string());
  for (const std::string& line : report.guessed) print_note("{}\n", line);
  say_how_it_ended(kDone, "done",
                   "check what was guessed, set \"llm\" to your endpoint, then: zopo optimize " +
                       report.files.front().string() + " --dry-run");
  return kDone;
}

int execute(const InitRequest& request) {
  if (!request.data.empty()) return write_for_data(request);
  const std::vector<std::filesystem::path> files =
      app::write_template(request.name, request.directory);
  for (const std::filesystem::path& file : files) print_result("{}\n", file.string());
  say_how_it_ended(
      kDone, "done",
      "put in your examples and your endpoint, then: zopo validate " + files.front().string());
  return kDone;
}

}  // namespace

void add_init(CommandLine& line) {
  const auto request = std::make_shared<InitRequest>();
  CLI::App& command =
      line.add(line.app(), "init", "Write a task to begin with: task file, schema and examples.",
               [request] { return execute(*request); });
  CLI::Option* const name = add_option(command, "--template", request->name, "The kind of task.")
                                ->check(CLI::IsMember(app::template_names()))
                                ->capture_default_str();
  CLI::Option* const data =
      add_option(command, "--data", request->data,
                 "Your examples: a task for them, with layout, metric and split as they suggest.")
          ->type_name("FILE")
          ->excludes(name);
  add_option(command, "--prompt", request->prompt, "With --data: the prompt that you use today.")
      ->type_name("FILE")
      ->needs(data);
  add_option(command, "--input", request->input, "With --data: the field that holds the input.")
      ->type_name("NAME")
      ->needs(data);
  add_option(command, "--output", request->output,
             "With --data: the field that holds the expected output.")
      ->type_name("NAME")
      ->needs(data);
  command.add_option("dir", request->directory, "Where; made when absent. Default: here.")
      ->type_name("DIR");
  command.footer(
      "Examples:\n"
      "  zopo init mine                              questions with short answers\n"
      "  zopo init --template classification mine\n"
      "  zopo init --data tickets.csv --prompt prompt.md\n"
      "  zopo init --data tickets.csv --input body --output team\n\n"
      "Asks nothing and overwrites nothing. Each template runs as it is once its endpoint "
      "answers:\n"
      "  zopo optimize --task mine/task.json");
}

}  // namespace zopo::cli
