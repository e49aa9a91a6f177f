#include "cli/nearest.h"

#include <algorithm>

#include "cli/command_tree.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

std::vector<std::string> flags_of(const CommandText& command) {
  std::vector<std::string> names;
  for (const FlagText& flag : command.flags)
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  return names;
}

std::string unknown_flag(const CommandText& command,
                         std::vector<std::string> known,
                         const std::string& flag) {
  const std::vector<std::string> own = flags_of(command);
  known.insert(known.end(), own.begin(), own.end());
  if (std::find(known.begin(), known.end(), flag) != known.end()) return "";
  const std::string near = did_you_mean(flag, known);
  return near.empty() ? "" : "zopo: " + command.path + " has no flag " + flag + near;
}

std::string unknown_command(const CommandText& command, const std::string& word) {
  std::vector<std::string> known;
  for (const CommandText& below : command.commands) known.push_back(below.name);
  const std::string near = did_you_mean(word, known);
  return near.empty() ? "" : "zopo: there is no command " + word + near;
}

}  // namespace

std::string nearest_known(const CommandText& root, int argc, const char* const* argv) {
  const CommandText* command = &root;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("--")) {
      std::string found = unknown_flag(*command, flags_of(root), word.substr(0, word.find('=')));
      if (!found.empty()) return found;
      continue;
    }
    const auto below = std::find_if(command->commands.begin(), command->commands.end(),
                                    [&](const CommandText& one) { return one.name == word; });
    if (below != command->commands.end())
      command = &*below;
    else if (command == &root)
      return unknown_command(root, word);
  }
  return "";
}

}  // namespace zopo::cli
