// The page of a bench: tables, best-so-far curves and the performance profile, as SVG in the page.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "report/bench_files.h"
#include "report/escapes.h"

namespace zopo::report {
namespace {

using nlohmann::json;

// Colours that people with deficient colour vision tell apart (Okabe & Ito 2008), then dashes.
constexpr const char* kColors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                   "#e69f00", "#56b4e9", "#8a8a8a"};
constexpr std::size_t kColorCount = std::size(kColors);
constexpr const char* kDashes[] = {"none", "7 4", "2 3", "9 3 2 3"};

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --back: #fff; --fore: #1b1f24; --soft: #57606a; --line: #d0d7de; }
@media (prefers-color-scheme: dark) { :root { --back: #10151b; --fore: #e6edf3; --soft: #9da7b1; --line: #30363d; } }
body { margin: 0 auto; max-width: 1000px; padding: 12px 16px; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; background: var(--back); color: var(--fore); }
h1 { font-size: 1.25rem; } h2 { font-size: 1.05rem; margin: 1.6em 0 .3em; }
p { color: var(--soft); margin: 0 0 .5em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td + td, th + th { font-variant-numeric: tabular-nums; }
th { color: var(--soft); }
svg { width: 100%; height: auto; }
svg text { fill: var(--soft); font: 12px system-ui, "DejaVu Sans", sans-serif; }
svg .axis { stroke: var(--line); }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 4px 0; }
.key svg { width: 34px; height: 10px; margin-right: 6px; }
)";

struct Line {
  std::string name;
  std::vector<double> x, y;
};

std::string stroke(std::size_t line) {
  return fmt::format("stroke=\"{}\" stroke-dasharray=\"{}\"", kColors[line % kColorCount],
                     kDashes[line / kColorCount % std::size(kDashes)]);
}

// Where values stand on the drawing.
struct Frame {
  double left = 52, top = 10, width = 720, height = 250;
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  double x(double value) const { return left + width * (value - x_low) / (x_high - x_low); }
  double y(double value) const { return top + height * (1 - (value - y_low) / (y_high - y_low)); }
};

// 1, 2 or 5 times a power of ten, about a fifth of the range.
double round_step(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 5)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power * 5 >= range) return factor * power;
  }
  return 10 * power;
}

// The marks of an axis.
std::vector<double> ticks(double low, double high) {
  const double step = round_step(high - low);
  std::vector<double> marks;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i)
    marks.push_back(i * step + 0.0);  // not -0
  return marks;
}

Frame frame_of(const std::vector<Line>& lines) {
  Frame frame;
  frame.y_high = -1e300;
  frame.y_low = 1e300;
  frame.x_high = 0;
  for (const Line& line : lines) {
    for (const double y : line.y) {
      frame.y_low = std::min(frame.y_low, y);
      frame.y_high = std::max(frame.y_high, y);
    }
    for (const double x : line.x) frame.x_high = std::max(frame.x_high, x);
  }
  if (frame.y_high <= frame.y_low) frame.y_high = frame.y_low + 1;
  if (frame.x_high <= frame.x_low) frame.x_high = frame.x_low + 1;
  const double step = round_step(frame.y_high - frame.y_low);
  frame.y_low = std::floor(frame.y_low / step) * step;
  frame.y_high = std::ceil(frame.y_high / step) * step;
  return frame;
}

std::string axes(const Frame& frame, const std::string& x_name) {
  std::string svg;
  for (const double y : ticks(frame.y_low, frame.y_high)) {
    svg += fmt::format(
        "<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.3g}</text>",
        frame.left, frame.left + frame.width, frame.y(y), frame.y(y), frame.left - 6,
        frame.y(y) + 4, y);
  }
  for (const double x : ticks(frame.x_low, frame.x_high)) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:.3g}</text>",
                       frame.x(x), frame.top + frame.height + 16, x);
  }
  return svg + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
                           frame.left + frame.width / 2, frame.top + frame.height + 34,
                           xml_text(x_name));
}

std::string key_of(const std::vector<Line>& lines) {
  std::string list = "<ul class=\"key\">";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    list += fmt::format(
        "<li><svg viewBox=\"0 0 34 10\" aria-hidden=\"true\"><line x2=\"34\" y1=\"5\" y2=\"5\" "
        "stroke-width=\"3\" {}/></svg>{}</li>",
        stroke(i), xml_text(lines[i].name));
  }
  return list + "</ul>\n";
}

std::string chart(const std::string& title,
                  const std::string& about,
                  const std::string& x_name,
                  const std::vector<Line>& lines) {
  if (lines.empty()) return "";
  const Frame frame = frame_of(lines);
  std::string svg = fmt::format("<svg viewBox=\"0 0 790 300\" role=\"img\" aria-label=\"{}\">{}",
                                xml_text(title), axes(frame, x_name));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    svg += fmt::format("<polyline fill=\"none\" stroke-width=\"2\" {} points=\"", stroke(i));
    for (std::size_t p = 0; p < lines[i].x.size(); ++p)
      svg += fmt::format("{:.1f},{:.1f} ", frame.x(lines[i].x[p]), frame.y(lines[i].y[p]));
    svg += "\"/>";
  }
  return fmt::format(
      "<h2>{}</h2>\n<p>{}</p>\n{}<div class=\"scroll\" tabindex=\"0\">{}</svg></div>\n",
      xml_text(title), xml_text(about), key_of(lines), svg);
}

std::vector<Line> curves(const json& summary, const char* part) {
  std::vector<Line> lines;
  for (const std::string& name : methods_by_rank(summary)) {
    if (!summary[part].contains(name)) continue;
    Line line{name, {}, summary[part][name]["curve"].get<std::vector<double>>()};
    for (std::size_t i = 1; i <= line.y.size(); ++i)
      line.x.push_back(static_cast<double>(i) / static_cast<double>(line.y.size()));
    if (!line.y.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

// A step at each tau.
std::vector<Line> profile(const json& summary) {
  std::vector<Line> lines;
  for (const std::string& name : methods_by_rank(summary)) {
    Line line{name, {}, {}};
    const json& taus = summary["profile"]["tau"];
    const json& shares = summary["profile"]["share"][name];
    for (std::size_t i = 0; i < taus.size(); ++i) {
      if (i > 0) {
        line.x.push_back(taus[i]);
        line.y.push_back(shares[i - 1]);
      }
      line.x.push_back(taus[i]);
      line.y.push_back(shares[i]);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string html_table(const TextTable& table) {
  std::string html = "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>";
  for (const std::string& cell : table.front())
    html += "<th scope=\"col\">" + xml_text(cell) + "</th>";
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 1; i < table.size(); ++i) {
    html += "<tr>";
    for (const std::string& cell : table[i]) html += "<td>" + xml_text(cell) + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

TextTable pairs_table(const json& summary) {
  TextTable table = {{"pair", "p", "p, Holm"}};
  const json pairs = summary["comparison"].value("pairs", json::object());
  for (const auto& [pair, test] : pairs.items()) {
    table.push_back({pair, fmt::format("{:.2g}", test["p_value"].get<double>()),
                     fmt::format("{:.2g}", test["holm"].get<double>())});
  }
  return table;
}

// Live cells and those that failed; recorded ones are in the .csv.
TextTable cells_table(const json& summary) {
  TextTable table = {{"cell", "method", "seed", "test", "calls", "tokens", "state"}};
  for (const json& cell : summary["cells"]) {
    if (cell["kind"] != "live" && cell["state"] == "done") continue;
    const std::string state = cell["state"];
    table.push_back(
        {subject_of(cell), cell["method"], cell["seed"].dump(),
         cell.contains("test") ? with_interval(cell["test"], cell["test_ci"]) : "–",
         cell.contains("calls") ? cell["calls"].dump() : "–",
         cell.contains("tokens") ? cell["tokens"].dump() : "–",
         cell.contains("error") ? state + ": " + cell["error"].get<std::string>() : state});
  }
  return table;
}

std::string comparison_part(const json& summary) {
  const TextTable pairs = pairs_table(summary);
  if (pairs.size() < 2) return "";
  std::string html =
      "<h2>Differences</h2>\n<p>Wilcoxon's signed-rank test of each pair over tasks and "
      "landscapes, with Holm's correction (Benavoli, Corani, Mangili, JMLR 2016).</p>\n";
  for (const std::string& group : groups_of_methods(summary))
    html += "<p>No difference among: " + xml_text(group) + "</p>\n";
  return html + html_table(pairs);
}

std::string checks_part(std::span<const Check> checks) {
  std::string html;
  for (const Check& check : checks)
    html += fmt::format("<p><strong>{}</strong>: {}</p>\n", xml_text(check.name),
                        check.missed ? "not met, " + xml_text(*check.missed) : "met");
  return html;
}

}  // namespace

std::string bench_page(const json& summary, std::span<const Check> checks) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>zopo bench</title>"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
      "<style>{}</style></head><body>\n<h1>zopo bench</h1>\n",
      kStyle);
  html += fmt::format(
      "<p>{} landscapes, {} live tasks with model and settings; {} cells, {} failed, {} missing. "
      "All intervals are 95 %.</p>\n",
      summary["landscapes"].get<std::int64_t>(), summary["tasks"].get<std::int64_t>(),
      summary["cells"].size(), summary["failed"].get<std::int64_t>(),
      summary["missing"].get<std::int64_t>());
  html += checks_part(checks) + html_table(methods_table(summary));
  if (summary.contains("variants")) html += html_table(variants_table(summary));
  html +=
      chart("Best so far, landscapes",
            "The true value of the prompt that would be recommended; 0 the median prompt, 1 the "
            "best.",
            "share of the calls", curves(summary, "methods"));
  html += chart("Best so far, live tasks", "The dev mean of the prompt that would be recommended.",
                "share of the search's calls", curves(summary, "live"));
  html += chart("Performance profile",
                "The share of tasks and landscapes on which a method is within tau of the best.",
                "tau", profile(summary));
  html += comparison_part(summary);
  if (const TextTable cells = cells_table(summary); cells.size() > 1)
    html += "<h2>Cells</h2>\n" + html_table(cells);
  return html + "</body></html>\n";
}

}  // namespace zopo::report
