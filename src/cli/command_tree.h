#pragma once
// The commands and flags as they stand on the command line, for what is written from them: shell
// completions and the manual. There is no second list of them.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace zopo::cli {

struct FlagText {
  std::vector<std::string> names;  // "-t", "--task"; the last is the longest
  std::string value;               // "FILE"; empty for a flag that takes none
  std::vector<std::string> choices;
  std::string help, variable;  // "ZOPO_TASK"; none for --help and --version
  bool takes_path() const;
};

struct ArgumentText {
  std::string name, help;
  std::vector<std::string> choices;
  bool required = false;
};

struct CommandText {
  std::string path;  // "zopo bench record"
  std::string name, help, examples;
  std::vector<FlagText> flags;
  std::vector<ArgumentText> arguments;
  std::vector<CommandText> commands;
};

CommandText command_tree(const CLI::App& app);

// The command and all below it, each before those below it.
std::vector<const CommandText*> all_commands(const CommandText& root);

}  // namespace zopo::cli
