#include "cli/completion.h"

#include <fmt/format.h>

#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

// As a word in single quotes; quote_as: what a quote inside becomes.
std::string quoted(const std::string& text, const char* quote_as = "'\\''") {
  std::string made = "'";
  for (const char c : text) {
    if (c == '\'')
      made += quote_as;
    else
      made += c;
  }
  return made + "'";
}

// A case pattern of all paths below the root, such as 'zopo bench'|'zopo bench record'.
std::string paths_below(const CommandText& root, const char* between) {
  std::vector<std::string> paths;
  for (const CommandText* command : all_commands(root)) {
    if (command != &root) paths.push_back(quoted(command->path));
  }
  return join(paths, between);
}

// The flags of a command, and those of the root, which may stand anywhere.
std::vector<const FlagText*> flags_at(const CommandText& root, const CommandText& command) {
  std::vector<const FlagText*> flags;
  for (const FlagText& flag : command.flags) flags.push_back(&flag);
  if (&command == &root) return flags;
  for (const FlagText& flag : root.flags) {
    if (!flag.variable.empty()) flags.push_back(&flag);
  }
  return flags;
}

std::vector<std::string> choices_at(const CommandText& command) {
  std::vector<std::string> choices;
  for (const ArgumentText& argument : command.arguments)
    choices.insert(choices.end(), argument.choices.begin(), argument.choices.end());
  return choices;
}

// A case of "path flag" pairs for every flag with a value; one line of shell for each kind.
std::string value_cases(const CommandText& root,
                        const std::string& choices,  // {} is the list of them
                        const std::string& paths,
                        const std::string& anything) {
  std::string text;
  for (const CommandText* command : all_commands(root)) {
    for (const FlagText* flag : flags_at(root, *command)) {
      if (flag->value.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : flag->names)
        patterns.push_back(quoted(command->path + " " + name));
      const std::string action = !flag->choices.empty()
                                     ? fmt::format(fmt::runtime(choices), join(flag->choices, " "))
                                 : flag->takes_path() ? paths
                                                      : anything;
      text += fmt::format("    {}) {} ;;\n", join(patterns, "|"), action);
    }
  }
  return text;
}

std::string bash_script(const CommandText& root) {
  std::string text =
      "# bash completion of zopo, made by: zopo completion bash\n_zopo() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at=zopo words= i\n"
      "  COMPREPLY=()\n  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    case \"$at ${COMP_WORDS[i]}\" in\n      ";
  text += paths_below(root, "|") + ") at=\"$at ${COMP_WORDS[i]}\" ;;\n    esac\n  done\n";
  text += "  case \"$at $prev\" in\n";
  text += value_cases(root, "mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$cur\"); return",
                      "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return", "return");
  text += "  esac\n  case \"$at\" in\n";
  for (const CommandText* command : all_commands(root)) {
    std::vector<std::string> names, below;
    for (const FlagText* flag : flags_at(root, *command)) names.push_back(flag->names.back());
    for (const CommandText& sub : command->commands) below.push_back(sub.name);
    for (const std::string& choice : choices_at(*command)) below.push_back(choice);
    text += fmt::format("    {}) if [[ $cur == -* ]]; then words='{}'; else words='{}'; fi ;;\n",
                        quoted(command->path), join(names, " "), join(below, " "));
  }
  return text +
         "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  [[ $cur == -* || -n $words ]] || mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n}\n"
         "complete -o filenames -F _zopo zopo\n";
}

std::string zsh_script(const CommandText& root) {
  const auto described = [](const std::string& name, const std::string& help) {
    return quoted(name + ":" + help);
  };
  std::string text =
      "#compdef zopo\n# zsh completion of zopo, made by: zopo completion zsh\n_zopo() {\n"
      "  local at=zopo i\n  local -a flags commands\n  for ((i = 2; i < CURRENT; ++i)); do\n"
      "    case \"$at ${words[i]}\" in\n      ";
  text += paths_below(root, "|") + ") at=\"$at ${words[i]}\" ;;\n    esac\n  done\n";
  text += "  case \"$at ${words[CURRENT-1]}\" in\n";
  text += value_cases(root, "compadd -- {}; return", "_files; return", "return");
  text += "  esac\n  case \"$at\" in\n";
  for (const CommandText* command : all_commands(root)) {
    std::vector<std::string> flags, below;
    for (const FlagText* flag : flags_at(root, *command))
      flags.push_back(described(flag->names.back(), flag->help));
    for (const CommandText& sub : command->commands) below.push_back(described(sub.name, sub.help));
    for (const std::string& choice : choices_at(*command)) below.push_back(quoted(choice));
    text += fmt::format("    {})\n      flags=({})\n      commands=({}) ;;\n",
                        quoted(command->path), join(flags, " "), join(below, " "));
  }
  return text +
         "  esac\n  if [[ ${words[CURRENT]} == -* ]]; then _describe -o flag flags\n"
         "  elif (( ${#commands} )); then _describe command commands\n  else _files; fi\n}\n"
         "if [[ ${funcstack[1]} == _zopo ]]; then _zopo \"$@\"; else compdef _zopo zopo; fi\n";
}

std::string fish_script(const CommandText& root) {
  const auto text_of = [](const std::string& text) { return quoted(text, "\\'"); };
  std::string text =
      "# fish completion of zopo, made by: zopo completion fish\nfunction __zopo_at\n"
      "  set -l at zopo\n  for word in (commandline -opc)[2..]\n    switch \"$at $word\"\n"
      "      case ";
  text += paths_below(root, " ") +
          "\n        set at \"$at $word\"\n    end\n  end\n  test \"$at\" = \"$argv[1]\"\nend\n";
  for (const CommandText* command : all_commands(root)) {
    const std::string here = fmt::format("complete -c zopo -n \"__zopo_at '{}'\"", command->path);
    for (const CommandText& sub : command->commands)
      text += fmt::format("{} -f -a {} -d {}\n", here, sub.name, text_of(sub.help));
    if (const auto choices = choices_at(*command); !choices.empty())
      text += fmt::format("{} -f -a '{}'\n", here, join(choices, " "));
    for (const FlagText* flag : flags_at(root, *command)) {
      text += here;
      for (const std::string& name : flag->names)
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!flag->choices.empty())
        text += " -x -a " + text_of(join(flag->choices, " "));
      else if (!flag->value.empty())
        text += flag->takes_path() ? " -r -F" : " -x";
      text += " -d " + text_of(flag->help) + "\n";
    }
  }
  return text;
}

}  // namespace

const std::vector<std::string>& completion_shells() {
  static const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  return shells;
}

std::string completion_script(const CommandText& root, const std::string& shell) {
  if (shell == "bash") return bash_script(root);
  return shell == "zsh" ? zsh_script(root) : fish_script(root);
}

}  // namespace zopo::cli
