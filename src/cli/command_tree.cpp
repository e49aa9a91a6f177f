#include "cli/command_tree.h"

#include <CLI/CLI.hpp>

#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

// CLI11 keeps the members of a set as "{text,json}" behind the type's name.
std::vector<std::string> choices_in(const std::string& type) {
  const std::size_t open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  return split(type.substr(open + 1, close - open - 1), ',');
}

FlagText flag_text(const CLI::Option& option) {
  FlagText flag;
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    flag.choices = choices_in(type);
    flag.value = flag.choices.empty() ? type : join(flag.choices, "|");
  }
  flag.help = option.get_description();
  flag.variable = option.get_envname();
  return flag;
}

ArgumentText argument_text(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return {type.substr(0, type.find(':')), option.get_description(), choices_in(type),
          option.get_required()};
}

CommandText command_text(const CLI::App& app, const std::string& above) {
  CommandText command;
  command.name = app.get_name();
  command.path = above.empty() ? command.name : above + " " + command.name;
  command.help = app.get_description();
  command.examples = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional())
      command.flags.push_back(flag_text(*option));
    else
      command.arguments.push_back(argument_text(*option));
  }
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; }))
    command.commands.push_back(command_text(*below, command.path));
  return command;
}

}  // namespace

bool FlagText::takes_path() const {
  return value == "FILE" || value == "PATH" || value == "DIR" || value == "RUN";
}

CommandText command_tree(const CLI::App& app) { return command_text(app, ""); }

std::vector<const CommandText*> all_commands(const CommandText& root) {
  std::vector<const CommandText*> all = {&root};
  for (const CommandText& command : root.commands) {
    const std::vector<const CommandText*> below = all_commands(command);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

}  // namespace zopo::cli
