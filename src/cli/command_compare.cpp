#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "cli/thresholds.h"
#include "zopo/bench/bench.h"
#include "zopo/report/bench_comparison.h"
#include "zopo/report/comparison.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {
namespace {

struct CompareRequest {
  std::string a, b, format = "text", out;
  Thresholds thresholds;
};

void show(const CompareRequest& request, const std::string& json, const std::string& text) {
  if (!request.out.empty()) store::write_file_atomically(request.out, json);
  print_result("{}", request.format == "json" ? json : text);
}

int finish(const std::optional<std::string>& missed) {
  if (missed) return say_how_it_ended(kThreshold, *missed, ""), kThreshold;
  return say_how_it_ended(kDone, "done", ""), kDone;
}

// Every method is held against the thresholds; the first that misses one is named.
int compare_benches(const CompareRequest& request) {
  const report::BenchComparison comparison = report::compare_benches(
      bench::load_bench_summary(request.a), bench::load_bench_summary(request.b));
  show(request, report::to_json(comparison).dump(2) + "\n", report::summary_text(comparison));
  if (comparison.methods.empty()) return finish(request.thresholds.missed({}, {}));
  for (const report::MethodComparison& method : comparison.methods) {
    const report::Score score{.score = method.b, .ci = method.b_ci, .n = method.cells};
    if (const auto missed = request.thresholds.missed(score, method.difference))
      return finish(method.method + ": " + *missed);
  }
  return finish({});
}

int execute(const CompareRequest& request) {
  if (bench::is_bench(request.a) || bench::is_bench(request.b)) return compare_benches(request);
  const report::Comparison comparison =
      report::compare(report::load_run(request.a), report::load_run(request.b));
  show(request, report::to_json(comparison).dump(2) + "\n", report::summary_text(comparison));
  return finish(request.thresholds.missed(comparison.b.test(), comparison.test_difference));
}

}  // namespace

void add_compare(CommandLine& line) {
  const auto request = std::make_shared<CompareRequest>();
  CLI::App& command =
      line.add(line.app(), "compare",
               "Two runs side by side, with a paired test of their winners on the shared test; or "
               "two benches, over their shared cells.",
               [request] { return execute(*request); });
  command.add_option("a", request->a, "A run's directory; or a bench's, or its summary.")
      ->required()
      ->type_name("RUN_A");
  command.add_option("b", request->b, "What to hold against it.")->required()->type_name("RUN_B");
  add_format(command, request->format);
  add_option(command, "--out", request->out, "A copy of the comparison, .json.")->type_name("FILE");
  request->thresholds.add_to(command, "test score of RUN_B", "RUN_A's");
  command.footer(
      "Examples:\n  zopo compare runs/A runs/B --min-improvement 0\n"
      "  zopo compare before.json after.json --min-improvement -0.01");
}

}  // namespace zopo::cli
