// A summary in Markdown (CommonMark with tables), as CI servers show for a job.
#include <fmt/format.h>

#include <algorithm>

#include "report/escapes.h"
#include "report/json_parts.h"
#include "report/run_summary.h"
#include "zopo/base/text.h"

namespace zopo::report {
namespace {

// In a fence longer than any run of backticks inside.
std::string fenced(const std::string& text) {
  std::size_t longest = 0, here = 0;
  for (const char c : text) {
    here = c == '`' ? here + 1 : 0;
    longest = std::max(longest, here);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fence + "text\n" + make_valid_utf8(text) + "\n" + fence + "\n";
}

std::string row(const RunSummary::Row& row) {
  if (!row.score) return fmt::format("| {} | – | – | – |\n", markdown_text(row.name));
  return fmt::format("| {} | {:.3f} | {:.3f} to {:.3f} | {} |\n", markdown_text(row.name),
                     row.score->score, row.score->ci.low, row.score->ci.high, row.score->n);
}

}  // namespace

std::string markdown(const RunSummary& summary, const Ending& ending) {
  std::string text = "### zopo: " + markdown_text(summary.task) + "\n\n";
  text += "| | score | 95 % interval | examples |\n|---|---|---|---|\n";
  for (const RunSummary::Row& line : summary.rows) text += row(line);
  text += "\n";
  if (!summary.verdict.empty()) text += "**" + markdown_text(summary.verdict) + "**\n\n";
  for (const std::string& difference : summary.differences)
    text += "Difference: " + markdown_text(difference) + ".\n\n";
  if (ending.error) text += "**Ended before its time:** " + markdown_text(*ending.error) + "\n\n";
  for (const Check& check : ending.checks) {
    text += fmt::format("- {}: {}\n", markdown_text(check.name),
                        check.missed ? "**not met**, " + markdown_text(*check.missed) : "met");
  }
  for (const std::string& warning : summary.warnings)
    text += "- warning: " + markdown_text(warning) + "\n";
  if (!summary.rows.empty()) text += "\n" + fenced(summary.rows.front().prompt);
  text += fmt::format("\n{} calls", summary.calls);
  if (summary.usd) text += fmt::format(", {:.4f} USD", *summary.usd);
  return text + "; run " + markdown_text(summary.run) + "\n";
}

}  // namespace zopo::report
