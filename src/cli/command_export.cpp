#include <fmt/format.h>

#include <cstdio>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "zopo/app/promptfoo_config.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {
namespace {

struct ExportRequest {
  std::string run, split = "test", out;
};

int execute(const ExportRequest& request) {
  const std::string config = app::promptfoo_config(request.run, request.split);
  if (request.out.empty())
    write_result(config.c_str());
  else
    store::write_file_atomically(request.out, config);
  return say_how_it_ended(kDone, "done", ""), kDone;
}

}  // namespace

void add_export(CommandLine& line) {
  const auto request = std::make_shared<ExportRequest>();
  CLI::App& command =
      line.add(line.app(), "export", "The winner of a run as a configuration of promptfoo.",
               [request] { return execute(*request); });
  command.add_option("run", request->run, "The run's directory.")->required()->type_name("RUN");
  add_option(command, "--split", request->split, "Which examples become test cases.")
      ->check(CLI::IsMember({"dev", "test"}));
  add_option(command, "--out", request->out, "Where it goes. Default: stdout.")->type_name("FILE");
  command.footer(
      "Examples:\n"
      "  zopo export runs/20260101T000000Z-plural-1a2b3c4d --out promptfooconfig.yaml");
}

}  // namespace zopo::cli
