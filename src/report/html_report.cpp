// Reads run directories and puts the page together. Called by export.cpp and by zopo report.

#include "zopo/report/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "report/answer_table.h"
#include "report/json_parts.h"
#include "report/page.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"
#include "zopo/store/run_dir.h"

namespace zopo::report {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestReply = 1000;  // bytes of a reply that are shown

bool has(const store::RunDir& run, const char* file) {
  return std::filesystem::exists(run.path() / file);
}

std::vector<json> read_lines(const store::RunDir& run, const char* file) {
  std::vector<json> lines;
  if (!has(run, file)) return lines;
  const std::string text = run.read(file);
  for (const std::string_view line : split_lines(text)) {
    lines.push_back(parse_json_of_others(line));
    if (!lines.back().is_object())
      bad_data(run.path() / file,
               fmt::format("line {} is no JSON object. Resume the run.", lines.size()));
  }
  return lines;
}

// What the page needs of one decision; the long lists of examples stay behind.
json decision(const json& line) {
  const std::vector<double> outcomes = line.value("outcomes", std::vector<double>{});
  double sum = 0;
  for (const double outcome : outcomes) sum += outcome;
  const auto member = [&](const char* key) {
    return line.contains(key) && line[key].is_number() ? line[key] : json(nullptr);
  };
  json made = {{"id", line.at("id")},
               {"phase", line.value("phase", "")},
               {"n", line.value("n", 0)},
               {"mean", line.value("mean", 0.0)},
               {"k", outcomes.size()},
               {"seen", outcomes.empty() ? 0 : sum / static_cast<double>(outcomes.size())},
               {"pm", member("posterior_mean")},
               {"psd", member("posterior_sd")}};
  // Of what would be recommended then: id, and its mean as the method expects it.
  if (const auto now = line.find("recommended"); now != line.end() && now->is_object())
    made["best"] = {now->value("id", json()), now->value("mean", json())};
  return made;
}

// An order to write, what spoke for it and what came of it.
json order_to_write(const json& line) {
  json order = {{"round", line.value("round", 0)},
                {"way", line.value("way", "")},
                {"parents", line.value("parents", std::vector<std::int64_t>{})},
                {"candidates", line.value("candidates", 0)},
                {"first", line.value("first", 0)},
                {"dropped", line.value("dropped", std::map<std::string, std::int64_t>{})}};
  for (const char* const figure : {"index", "to_beat"}) {
    const auto found = line.find(figure);
    order[figure] = found != line.end() && found->is_number() ? *found : json(nullptr);
  }
  return order;
}

std::string shortened(const std::string& text) {
  if (text.size() <= kLongestReply) return text;
  return std::string(beginning(text, kLongestReply)) + " …";
}

json answers(const AnswerTable& table) {
  json rows = json::array();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const bool scored = table.at(i, "state") != "error";
    rows.push_back({table.at(i, "prompt_id"), table.at(i, "split"), table.number(i, "example"),
                    table.at(i, "state"), scored ? json(table.number(i, "score")) : json(nullptr),
                    shortened(scored ? table.at(i, "reply") : table.at(i, "error")),
                    shortened(table.at(i, "extracted")), shortened(table.find(i, "judge"))});
  }
  return rows;
}

// {"dev": {"0": [input, expected]}, "test": ..}: each once, however many prompts it was asked of.
json examples(const AnswerTable& table) {
  json sides = json::object();
  for (std::size_t i = 0; i < table.size(); ++i) {
    json& one = sides[table.at(i, "split")][table.at(i, "example")];
    if (one.is_null())
      one = {shortened(table.find(i, "input")), shortened(table.find(i, "expected"))};
  }
  return sides;
}

// How each candidate came to be, where that is known: {"17": {"way", "parents"}}.
json births(const std::vector<json>& candidates) {
  json born = json::object();
  for (std::size_t id = 0; id < candidates.size(); ++id) {
    const json& line = candidates[id];
    json birth = json::object();
    if (line.contains("way") && line["way"].is_string()) birth["way"] = line["way"];
    if (line.contains("parents") && line["parents"].is_array()) birth["parents"] = line["parents"];
    if (line.contains("parent") && line["parent"].is_number())
      birth["parents"] = json::array({line["parent"]});
    if (!birth.empty()) born[std::to_string(id)] = birth;
  }
  return born;
}

// Calls and tokens of each stage; what the answers do not account for went into candidates.
json stages(const AnswerTable& table, const json& result) {
  struct Sum {
    std::int64_t calls = 0, prompt = 0, completion = 0;
  };
  std::map<std::string, Sum> sums;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const bool baseline = table.at(i, "prompt_id") == "baseline";
    const std::string& split = table.at(i, "split");
    Sum& sum = sums[split == "test"    ? "test"
                    : split == "train" ? "candidates"
                    : baseline         ? "baseline"
                                       : "search"];
    ++sum.calls;
    sum.prompt += table.count(i, "prompt_tokens");
    sum.completion += table.count(i, "completion_tokens");
  }
  // The replies that candidates were written in are in no table.
  const json roles = result.value("usage", json::object()).value("roles", json::object());
  if (const json written = roles.value("write", json::object()); !written.empty()) {
    Sum& all = sums["candidates"];
    all.calls += written.value("calls", 0LL);
    all.prompt += written.value("prompt_tokens", 0LL);
    all.completion += written.value("completion_tokens", 0LL);
  }
  json rows = json::array();
  for (const char* name : {"candidates", "search", "baseline", "test"}) {
    const auto found = sums.find(name);
    if (found == sums.end()) continue;
    rows.push_back({{"stage", name},
                    {"calls", found->second.calls},
                    {"prompt_tokens", found->second.prompt},
                    {"completion_tokens", found->second.completion}});
  }
  return rows;
}

json read_run(const std::filesystem::path& directory) {
  const store::RunDir run = store::RunDir::open(directory);
  json page;
  page["name"] = std::filesystem::absolute(directory).lexically_normal().filename().string();
  if (page["name"].get_ref<const std::string&>().empty())
    page["name"] = std::filesystem::absolute(directory).parent_path().filename().string();
  // A run that was killed has no result yet; what it wrote down until then is shown.
  page["result"] = has(run, "result.json") ? json_of_run(run, "result.json") : json::object();
  const json manifest = json_of_run(run, "manifest.json");
  page["settings"] = manifest.value("settings", json::object());
  page["created"] = manifest.value("created", "");
  page["models"] = manifest.value("models_returned", json::array());
  page["seconds"] = has(run, "timing.json")
                        ? json_of_run(run, "timing.json").value("seconds", json(nullptr))
                        : json(nullptr);
  page["trace"] = page["writing"] = json::array();
  for (const json& line : read_lines(run, "trace.jsonl")) {
    if (line.contains("id")) page["trace"].push_back(decision(line));
    const std::string phase = line.value("phase", "");
    if (phase == "write") page["writing"].push_back(order_to_write(line));
    if (phase == "stop")
      page["stop"] = {{"round", line.value("round", 0)}, {"why", line.value("why", "")}};
  }
  const std::vector<json> candidates = read_lines(run, "candidates.jsonl");
  for (const json& line : candidates)
    page["prompts"].push_back(line.value("text", line.value("prompt", "")));
  page["born"] = births(candidates);
  const json map = has(run, "map.json") ? json_of_run(run, "map.json") : json::object();
  if (map.contains("x") && map.at("x").size() == candidates.size()) {
    page["x"] = map.at("x");
    page["y"] = map.at("y");
  }
  page["answers"] = page["stages"] = json::array();
  page["examples"] = json::object();
  if (has(run, "evaluations.csv")) {
    const AnswerTable table(run.path() / "evaluations.csv");
    page["answers"] = answers(table);
    page["examples"] = examples(table);
    page["stages"] = stages(table, page["result"]);
  }
  return page;
}

// JSON that may stand inside a script element: "<" only ever occurs in strings there.
std::string embedded(const json& value) {
  std::string escaped;
  for (const char c : value.dump(-1, ' ', false, json::error_handler_t::replace)) {
    if (c == '<')
      escaped += "\\u003c";
    else
      escaped += c;
  }
  return escaped;
}

}  // namespace

std::string html_report(std::span<const std::filesystem::path> runs) {
  json pages = json::array();
  for (const std::filesystem::path& run : runs) {
    try {
      pages.push_back(read_run(run));
    } catch (const json::exception&) {
      bad_data(run, "its records are not those of a run. Resume it.");
    }
  }
  std::string html(page_head());
  html += embedded(pages);
  html += "</script>\n<script>";
  html += chart_library();
  html += "</script>\n<script>\n";
  html += page_script();
  html += "</script>\n</body>\n</html>\n";
  return html;
}

}  // namespace zopo::report
