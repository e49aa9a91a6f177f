// JUnit's XML as CI servers read it: a suite for the run, a case for its end, one for each
// threshold and, where they are wanted, one for each example.
#include <fmt/format.h>

#include "report/escapes.h"
#include "report/json_parts.h"
#include "report/run_summary.h"
#include "zopo/base/text.h"

namespace zopo::report {
namespace {

std::string properties(const RunSummary& summary) {
  std::string text = "    <properties>\n";
  const auto add = [&](const std::string& name, const std::string& value) {
    text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml_text(name),
                        xml_text(value));
  };
  add("run", summary.run);
  for (const RunSummary::Row& row : summary.rows) {
    if (row.score) add(row.name, describe(*row.score));
  }
  if (!summary.verdict.empty()) add("verdict", summary.verdict);
  for (const std::string& difference : summary.differences) add("difference", difference);
  for (const std::string& warning : summary.warnings) add("warning", warning);
  if (!summary.rows.empty()) add("prompt", summary.rows.front().prompt);
  return text + "    </properties>\n";
}

// kind: "failure" or "error"; nothing passes.
std::string test_case(const RunSummary& summary,
                      const std::string& name,
                      const char* kind,
                      const std::optional<std::string>& message) {
  const std::string head = fmt::format("    <testcase classname=\"zopo.{}\" name=\"{}\"",
                                       xml_text(summary.task), xml_text(name));
  if (!message) return head + "/>\n";
  return fmt::format("{}>\n      <{} message=\"{}\"/>\n    </testcase>\n", head, kind,
                     xml_text(*message));
}

constexpr double kPasses = 0.5;  // as in the report

// An example passes from half of the score on; one without an answer is an error.
std::string example_case(const RunSummary& summary, const RunSummary::Case& one) {
  constexpr std::size_t kLongestName = 80;
  const std::string head = fmt::format("    <testcase classname=\"zopo.{}.{}\" name=\"{} {}: {}\"",
                                       xml_text(summary.task), one.split, one.split, one.example,
                                       xml_text(std::string(beginning(one.input, kLongestName))));
  if (one.score && *one.score >= kPasses) return head + "/>\n";
  const std::string what =
      one.score ? fmt::format("score {:.3g}: expected {}, got {}", *one.score, one.expected,
                              one.extracted.empty() ? "nothing that counts" : one.extracted)
                : "no answer";
  return fmt::format("{0}>\n      <{1} message=\"{2}\">{3}</{1}>\n    </testcase>\n", head,
                     one.score ? "failure" : "error", xml_text(what), xml_text(one.reply));
}

}  // namespace

std::string junit_xml(const RunSummary& summary, const Ending& ending) {
  std::optional<std::string> error = ending.error;
  const bool is_tested = !summary.rows.empty() && summary.rows.front().score.has_value();
  if (!error && is_cut_short(summary.stopped, is_tested))
    error = "the run was ended by: " + summary.stopped;
  std::string cases = test_case(summary, "the run ends within its caps", "error", error);
  std::size_t failures = 0, errors = error ? 1 : 0;
  for (const Check& check : ending.checks) {
    cases += test_case(summary, check.name, "failure", check.missed);
    failures += check.missed ? 1 : 0;
  }
  for (const RunSummary::Case& one : summary.cases) {
    cases += example_case(summary, one);
    errors += one.score ? 0 : 1;
    failures += one.score && *one.score < kPasses ? 1 : 0;
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"",
                  ending.checks.size() + 1 + summary.cases.size(), failures, errors);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
      "  <testsuite name=\"zopo {1}\" {0}>\n{2}{3}  </testsuite>\n</testsuites>\n",
      counts, xml_text(summary.task), properties(summary), cases);
}

}  // namespace zopo::report
