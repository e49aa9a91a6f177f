#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command_line.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/manual.h"
#include "cli/output.h"

namespace zopo::cli {

void add_manual(CommandLine& line) {
  CLI::App& command = line.add(line.app(), "manual", "Print the manual page, zopo(1).", [&line] {
    write_result(manual_page(command_tree(line.app()), ZOPO_VERSION).c_str());
    return kDone;
  });
  command.footer(
      "Examples:\n"
      "  zopo manual | man -l -\n"
      "  zopo manual > /usr/local/share/man/man1/zopo.1");
}

}  // namespace zopo::cli
