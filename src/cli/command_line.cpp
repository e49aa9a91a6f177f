#include "cli/command_line.h"

#include <map>

#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/versions.h"

namespace zopo::cli {
namespace {

constexpr const char* kAbout =
    "Finds the best instruction for a black-box LLM: localized zeroth-order prompt optimization.";

constexpr const char* kFooter = R"(Examples:
  zopo init mine                              a task to begin with
  zopo validate mine/task.json                check the files, send nothing
  zopo optimize mine/task.json                search, then print the best prompt
  zopo report                                 a page about the newest run
  zopo help metrics                           what a topic is about; zopo help lists them
  zopo COMMAND --help                         flags and examples of a command

Exit codes: 0 done; 1 internal; 2 usage, task file or data; 3 API, authentication or network;
4 a cap ended the run before its test; 5 evaluations stayed incomplete; 100 threshold not met;
130, 143 interrupted. What was paid for is always kept.)";

const std::map<std::string, LogLevel> kLogLevels = {
    {"trace", LogLevel::trace}, {"debug", LogLevel::debug}, {"info", LogLevel::info},
    {"warn", LogLevel::warn},   {"error", LogLevel::error}, {"off", LogLevel::off}};

}  // namespace

CommandLine::CommandLine() : app_(std::make_unique<CLI::App>(kAbout, "zopo")) {
  app_->require_subcommand(1);
  app_->fallthrough();
  app_->set_version_flag("--version", version_text);
  add_option(*app_, "--log-level", log_level_, "trace, debug, info, warn, error, off.")
      ->transform(CLI::CheckedTransformer(kLogLevels).description(""))
      ->type_name("LEVEL");
  for (const auto add_command : commands()) add_command(*this);
  app_->footer(kFooter);  // after the commands, which would inherit it
}

CommandLine::~CommandLine() = default;

CLI::App& CommandLine::add(CLI::App& parent,
                           const std::string& name,
                           const std::string& help,
                           std::function<int()> execute) {
  CLI::App* command = parent.add_subcommand(name, help);
  // A subcommand's callback runs before its parent's; the inner one decides.
  command->callback([this, execute = std::move(execute)] {
    if (!execute_) execute_ = execute;
  });
  return *command;
}

int CommandLine::run(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
    set_log_level(log_level_);
    return execute_();
  } catch (const CLI::ParseError& error) {
    // CLI11 prints help and version to stdout.
    if (error.get_exit_code() == 0) return app_->exit(error), kDone;
    const WrongWord wrong = first_wrong_word(command_tree(*app_), argc, argv);
    if (argc <= 1)
      print_note(
          "Name a command: zopo init writes a task to begin with, zopo optimize searches.\n");
    else
      print_note("{}\n", wrong.what.empty() ? error.what() : wrong.what);
    say_how_it_ended(kUsage, "nothing was sent", "see: " + wrong.command + " --help");
    return kUsage;
  }
}

}  // namespace zopo::cli
