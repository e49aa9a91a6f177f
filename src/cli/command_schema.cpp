#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "zopo/app/settings.h"

namespace zopo::cli {

void add_schema(CommandLine& line) {
  line.add(line.app(), "schema", "Print the JSON Schema of task files.", [] {
    fmt::print("{}", app::task_schema_text());
    return kDone;
  });
}

}  // namespace zopo::cli
