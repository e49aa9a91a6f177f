#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/preview.h"

namespace zopo::cli {

void add_validate(CommandLine& line) {
  struct Request {
    TaskFlags flags;
    std::string format = "text";
  };
  const auto request = std::make_shared<Request>();
  CLI::App& command =
      line.add(line.app(), "validate", "Check a task file and all it names; send nothing.",
               [request] { return show_preview(request->flags.read_task(), request->format); });
  request->flags.add_to(command);
  add_format(command, request->format);
  command.footer("Examples:\n  zopo validate --task task.json --set budget.evaluations=20");
}

}  // namespace zopo::cli
