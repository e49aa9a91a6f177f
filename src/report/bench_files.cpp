// A bench's summary as CSV, JUnit and Markdown. Called by bench_export.cpp.

#include "report/bench_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "report/escapes.h"
#include "zopo/base/text.h"

namespace zopo::report {
namespace {

using nlohmann::json;

std::string plain(const json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string setting_text(const json& cell) {
  std::vector<std::string> parts;
  const json settings = cell.value("set", json::object());
  for (const auto& [path, value] : settings.items()) parts.push_back(path + "=" + plain(value));
  return join(parts, " ");
}

// The suite's case of one cell.
std::string cell_case(const json& cell) {
  const std::string head = fmt::format(
      "    <testcase classname=\"zopo.bench\" name=\"{}, seed {}, on {}\"",
      xml_text(cell["method"]), cell["seed"].get<std::uint64_t>(), xml_text(subject_of(cell)));
  const std::string state = cell["state"];
  if (state == "done") return head + "/>\n";
  const std::string why = state == "failed" ? cell["error"].get<std::string>() : "not run";
  return fmt::format("{}>\n      <error message=\"{}\"/>\n    </testcase>\n", head, xml_text(why));
}

std::string check_case(const Check& check) {
  const std::string head =
      fmt::format("    <testcase classname=\"zopo.bench\" name=\"{}\"", xml_text(check.name));
  if (!check.missed) return head + "/>\n";
  return fmt::format("{}>\n      <failure message=\"{}\"/>\n    </testcase>\n", head,
                     xml_text(*check.missed));
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + markdown_text(cell) + " |";
  return row + "\n";
}

std::string markdown_table(const TextTable& table) {
  std::string text = markdown_row(table.front()) + "|";
  for (std::size_t i = 0; i < table.front().size(); ++i) text += i == 0 ? "---|" : "---:|";
  text += "\n";
  for (std::size_t i = 1; i < table.size(); ++i) text += markdown_row(table[i]);
  return text + "\n";
}

void add_landscape_columns(const json& summary,
                           const std::vector<std::string>& methods,
                           TextTable& table) {
  table.front().insert(table.front().end(), {"auc", "final"});
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const json& figures = summary["methods"][methods[i]];
    table[i + 1].push_back(with_interval(figures["auc"], figures["auc_ci"]));
    table[i + 1].push_back(with_interval(figures["final"], figures["final_ci"]));
  }
}

void add_live_columns(const json& summary,
                      const std::vector<std::string>& methods,
                      TextTable& table) {
  table.front().insert(table.front().end(), {"test", "calls", "tokens", "USD"});
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const json& figures = summary["live"][methods[i]];
    const json& usd = figures["usd"];
    table[i + 1].push_back(with_interval(figures["test"], figures["test_ci"]));
    table[i + 1].push_back(fmt::format("{:.1f}", figures["calls"].get<double>()));
    table[i + 1].push_back(fmt::format("{:.1f}", figures["tokens"].get<double>()));
    table[i + 1].push_back(usd.is_null() ? "–" : fmt::format("{:.4f}", usd.get<double>()));
  }
}

}  // namespace

std::string with_interval(double value, const json& ci) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", value, ci[0].get<double>(), ci[1].get<double>());
}

std::vector<std::string> methods_by_rank(const json& summary) {
  std::vector<std::string> methods;
  for (const auto& [name, rank] : summary["ranks"].items()) methods.push_back(name);
  std::stable_sort(methods.begin(), methods.end(), [&](const auto& a, const auto& b) {
    return summary["ranks"][a].template get<double>() < summary["ranks"][b].template get<double>();
  });
  return methods;
}

std::string subject_of(const json& cell) {
  std::string text = plain(cell.contains("task") ? cell["task"] : cell.value("landscape", json()));
  for (const char* key : {"model", "variant"}) {
    if (cell.contains(key)) text += " · " + plain(cell[key]);
  }
  const json settings = cell.value("set", json::object());
  for (const auto& [path, value] : settings.items()) text += " · " + path + "=" + plain(value);
  return text;
}

TextTable methods_table(const json& summary) {
  const std::vector<std::string> methods = methods_by_rank(summary);
  TextTable table = {{"method", "average rank"}};
  for (const std::string& name : methods)
    table.push_back({name, fmt::format("{:.2f}", summary["ranks"][name].get<double>())});
  if (summary["landscapes"] != 0) add_landscape_columns(summary, methods, table);
  if (summary["tasks"] != 0) add_live_columns(summary, methods, table);
  return table;
}

TextTable variants_table(const json& summary) {
  const std::vector<std::string> methods = methods_by_rank(summary);
  TextTable table = {{"variant: auc / final"}};
  table.front().insert(table.front().end(), methods.begin(), methods.end());
  const json variants = summary.value("variants", json::object());
  for (const auto& [name, variant] : variants.items()) {
    if (variant["landscapes"] == 0) continue;
    table.push_back({name});
    for (const std::string& method : methods) {
      const json& figures = variant["methods"][method];
      table.back().push_back(fmt::format("{:.3f} / {:.3f}", figures["auc"].get<double>(),
                                         figures["final"].get<double>()));
    }
  }
  return table;
}

std::vector<std::string> groups_of_methods(const json& summary) {
  std::vector<std::string> groups;
  const json found = summary["comparison"].value("groups", json::array());
  for (const json& group : found)
    groups.push_back(join(group.get<std::vector<std::string>>(), ", "));
  return groups;
}

std::string bench_csv(const json& summary) {
  static const std::vector<std::string> kColumns = {
      "id",      "state", "kind",     "landscape", "task",          "model",
      "variant", "set",   "method",   "seed",      "score",         "auc",
      "dev",     "test",  "test_low", "test_high", "baseline_test", "calls",
      "tokens",  "usd",   "prompt",   "error"};
  std::string csv = join(kColumns, ",") + "\r\n";
  for (json cell : summary["cells"]) {
    cell["set"] = setting_text(cell);
    if (cell.contains("test_ci")) {
      cell["test_low"] = cell["test_ci"][0];
      cell["test_high"] = cell["test_ci"][1];
    }
    std::vector<std::string> row;
    for (const std::string& column : kColumns)
      row.push_back(csv_text(plain(cell.value(column, json()))));
    csv += join(row, ",") + "\r\n";
  }
  return csv;
}

std::string bench_junit(const json& summary, std::span<const Check> checks) {
  std::string cases;
  std::size_t errors = 0, failures = 0;
  for (const json& cell : summary["cells"]) {
    cases += cell_case(cell);
    errors += cell["state"] == "done" ? 0 : 1;
  }
  for (const Check& check : checks) {
    cases += check_case(check);
    failures += check.missed ? 1 : 0;
  }
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"",
                                         summary["cells"].size() + checks.size(), failures, errors);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
      "  <testsuite name=\"zopo bench\" {0}>\n{1}  </testsuite>\n</testsuites>\n",
      counts, cases);
}

std::string bench_markdown(const json& summary, std::span<const Check> checks) {
  std::string text = fmt::format(
      "### zopo bench\n\n{} landscapes, {} live tasks with model and settings, {} cells; intervals "
      "of 95 %\n\n",
      summary["landscapes"].get<std::int64_t>(), summary["tasks"].get<std::int64_t>(),
      summary["cells"].size());
  text += markdown_table(methods_table(summary));
  if (summary.contains("variants")) text += markdown_table(variants_table(summary));
  for (const std::string& group : groups_of_methods(summary)) {
    text += "- no difference (Wilcoxon signed-rank, Holm): " + markdown_text(group) + "\n";
  }
  for (const Check& check : checks) {
    text += fmt::format("- {}: {}\n", markdown_text(check.name),
                        check.missed ? "**not met**, " + markdown_text(*check.missed) : "met");
  }
  const std::int64_t failed = summary["failed"], missing = summary["missing"];
  if (failed > 0) text += fmt::format("- {} cells failed\n", failed);
  if (missing > 0) text += fmt::format("- {} cells are missing\n", missing);
  return text;
}

}  // namespace zopo::report
