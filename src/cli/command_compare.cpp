#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/thresholds.h"
#include "zopo/report/comparison.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {
namespace {

struct CompareRequest {
  std::string a, b, format = "text", out;
  Thresholds thresholds;
};

int execute(const CompareRequest& request) {
  const report::Comparison comparison =
      report::compare(report::load_run(request.a), report::load_run(request.b));
  const std::string json = report::to_json(comparison).dump(2) + "\n";
  if (!request.out.empty()) store::write_file_atomically(request.out, json);
  fmt::print("{}", request.format == "json" ? json : report::summary_text(comparison));
  std::fflush(stdout);
  const auto missed = request.thresholds.missed(comparison.b.test(), comparison.test_difference);
  if (missed) return say_how_it_ended(kThreshold, *missed, ""), kThreshold;
  return say_how_it_ended(kDone, "done", ""), kDone;
}

}  // namespace

void add_compare(CommandLine& line) {
  const auto request = std::make_shared<CompareRequest>();
  CLI::App& command =
      line.add(line.app(), "compare",
               "Two runs side by side, with a paired test of their winners on the shared test.",
               [request] { return execute(*request); });
  command.add_option("a", request->a, "A run's directory.")->required()->type_name("RUN_A");
  command.add_option("b", request->b, "The run to hold against it.")
      ->required()
      ->type_name("RUN_B");
  add_format(command, request->format);
  add_option(command, "--out", request->out, "A copy of the comparison, .json.")->type_name("FILE");
  request->thresholds.add_to(command, "test score of RUN_B", "RUN_A's");
  command.footer("Examples:\n  zopo compare runs/A runs/B --min-improvement 0");
}

}  // namespace zopo::cli
