#include "cli/nearest.h"

#include <algorithm>

#include "cli/command_tree.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

const FlagText* flag_named(const CommandText& command, const std::string& name) {
  for (const FlagText& flag : command.flags) {
    if (std::find(flag.names.begin(), flag.names.end(), name) != flag.names.end()) return &flag;
  }
  return nullptr;
}

std::vector<std::string> flags_of(const CommandText& command) {
  std::vector<std::string> names;
  for (const FlagText& flag : command.flags)
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  return names;
}

// "--set=a=b" -> "--set"; "-j4" -> "-j"
std::string flag_in(const std::string& word) {
  return word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
}

std::string unknown_flag(const CommandText& root,
                         const CommandText& command,
                         const std::string& flag) {
  std::vector<std::string> known = flags_of(root);
  const std::vector<std::string> own = flags_of(command);
  known.insert(known.end(), own.begin(), own.end());
  const bool is_letter = flag.size() <= 2;  // near to every other one
  const std::string near = is_letter ? "" : did_you_mean(flag, known);
  return command.path + " has no flag " + flag + (near.empty() ? "." : near);
}

// "" where the word may be something else.
std::string unknown_command(const CommandText& command, const std::string& word) {
  std::vector<std::string> known;
  for (const CommandText& below : command.commands) known.push_back(below.name);
  const std::string near = did_you_mean(word, known);
  if (near.empty() && !command.arguments.empty()) return "";
  return "There is no command " + command.path + " " + word + (near.empty() ? "." : near);
}

}  // namespace

WrongWord first_wrong_word(const CommandText& root, int argc, const char* const* argv) {
  const CommandText* command = &root;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") break;
    if (word.size() > 1 && word.starts_with('-')) {
      const std::string name = flag_in(word);
      const FlagText* flag = flag_named(*command, name);
      if (flag == nullptr) flag = flag_named(root, name);
      if (flag == nullptr) return {unknown_flag(root, *command, name), command->path};
      if (!flag->value.empty() && word == name) ++i;  // the next word is its value
      continue;
    }
    if (command->commands.empty()) continue;
    const auto below = std::find_if(command->commands.begin(), command->commands.end(),
                                    [&](const CommandText& one) { return one.name == word; });
    if (below != command->commands.end()) {
      command = &*below;
      continue;
    }
    const std::string what = unknown_command(*command, word);
    if (!what.empty()) return {what, command->path};
  }
  return {"", command->path};
}

}  // namespace zopo::cli
