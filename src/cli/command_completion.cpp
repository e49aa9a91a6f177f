#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command_line.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace zopo::cli {

void add_completion(CommandLine& line) {
  const auto shell = std::make_shared<std::string>();
  CLI::App& command =
      line.add(line.app(), "completion", "Print a completion script for a shell.", [shell, &line] {
        write_result(completion_script(command_tree(line.app()), *shell).c_str());
        return kDone;
      });
  command.add_option("shell", *shell, "bash, zsh or fish.")
      ->required()
      ->check(CLI::IsMember(completion_shells()))
      ->type_name("SHELL");
  command.footer(
      "Examples:\n"
      "  zopo completion bash > /usr/share/bash-completion/completions/zopo\n"
      "  zopo completion zsh > /usr/share/zsh/vendor-completions/_zopo\n"
      "  zopo completion fish > ~/.config/fish/completions/zopo.fish\n"
      "  source <(zopo completion bash)              for this shell only");
}

}  // namespace zopo::cli
