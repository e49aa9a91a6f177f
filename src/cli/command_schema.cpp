#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "zopo/settings/settings.h"

namespace zopo::cli {

void add_schema(CommandLine& line) {
  CLI::App& command = line.add(line.app(), "schema", "Print the JSON Schema of task files.", [] {
    print_result("{}", settings::task_schema_text());
    return kDone;
  });
  command.footer("Examples:\n  zopo schema > task.schema.json              for editors");
}

}  // namespace zopo::cli
