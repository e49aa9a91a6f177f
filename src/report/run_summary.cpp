// Reads the few figures of a result.json, of this version or an older one. Called by all short
// reports.

#include "report/run_summary.h"

#include <fmt/format.h>

#include <set>

#include "report/answer_table.h"
#include "report/json_parts.h"

namespace zopo::report {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const std::string& pointer) {
  return value_at<std::string>(object, pointer).value_or("");
}

std::optional<task::PairedDifference> difference_at(const json& result, const std::string& at) {
  const auto value = value_at<double>(result, at + "/value");
  const auto low = value_at<double>(result, at + "/ci/0"),
             high = value_at<double>(result, at + "/ci/1");
  const auto p = value_at<double>(result, at + "/p_value");
  const auto significant = value_at<bool>(result, at + "/significant");
  if (!value || !low || !high || !p || !significant) return std::nullopt;
  return task::PairedDifference{*value, {*low, *high}, *p, *significant};
}

void add_search(const json& result, RunSummary& summary) {
  const std::string best = text_at(result, "/best/prompt");
  const bool is_kept = result.contains("found") && result["found"].is_object();
  summary.rows = {{is_kept ? "best prompt (the baseline, kept), test" : "best prompt, test",
                   score_at(result, "/best/test"), best}};
  if (is_kept) {
    const std::string found = text_at(result, "/found/prompt");
    summary.rows.push_back({"what the search found, test", score_at(result, "/found/test"), found});
    summary.rows.push_back(
        {"what the search found, dev (optimistic)", score_at(result, "/found/dev"), found});
  } else {
    summary.rows.push_back({"baseline, test", score_at(result, "/baseline/test"),
                            text_at(result, "/baseline/prompt")});
    summary.rows.push_back({"best prompt, dev (optimistic)", score_at(result, "/best/dev"), best});
  }
  const std::string against = compared_with(text_at(result, "/baseline_source"));
  summary.verdict = text_at(result, "/verdict_text");
  if (const auto difference = difference_at(result, "/test_difference"))
    summary.differences.push_back((is_kept ? "what the search found " : "") +
                                  describe(*difference, against));
  summary.stopped = text_at(result, "/stopped");
}

void add_evaluation(const json& result, RunSummary& summary) {
  const auto size = [&](const char* list) {
    return result.contains(list) && result[list].is_array() ? result[list].size() : 0;
  };
  const std::string split = text_at(result, "/split");
  for (std::size_t i = 0; i < size("prompts"); ++i) {
    const std::string at = fmt::format("/prompts/{}", i);
    summary.rows.push_back({fmt::format("prompt {}, {}", i + 1, split), score_at(result, at),
                            text_at(result, at + "/prompt")});
  }
  for (std::size_t i = 0; i < size("differences"); ++i) {
    if (const auto difference = difference_at(result, fmt::format("/differences/{}", i)))
      summary.differences.push_back(describe(*difference, fmt::format("prompt {}", i + 2)));
  }
  summary.stopped = "budget";
}

// The answers of the prompt with that id, or of the baseline where it is the same, on one split.
std::vector<RunSummary::Case> cases_of(const AnswerTable& table,
                                       const std::string& split,
                                       const std::string& id,
                                       bool or_baseline) {
  std::vector<RunSummary::Case> cases;
  std::set<std::string> met;
  for (const std::string& wanted : {id, std::string(or_baseline ? "baseline" : "")}) {
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (table.at(row, "split") != split || table.at(row, "prompt_id") != wanted) continue;
      const std::string& example = table.at(row, "example");
      if (!met.insert(example).second) continue;
      RunSummary::Case one{split,
                           example,
                           table.find(row, "input"),
                           table.find(row, "expected"),
                           table.at(row, "extracted"),
                           table.at(row, "reply"),
                           std::nullopt};
      if (table.at(row, "state") == "error")
        one.reply = table.at(row, "error");
      else
        one.score = table.number(row, "score");
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

void add_cases(const store::RunDir& run, RunKind kind, const json& result, RunSummary& summary) {
  if (!std::filesystem::exists(run.path() / "evaluations.csv")) return;
  const AnswerTable table(run.path() / "evaluations.csv");
  if (kind == RunKind::evaluation) {
    summary.cases = cases_of(table, text_at(result, "/split"), "0", false);
    return;
  }
  const auto id = value_at<std::int64_t>(result, "/best/id");
  const bool is_baseline = value_at<std::int64_t>(result, "/baseline/id") == id ||
                           (result.contains("found") && result["found"].is_object());
  for (const char* const split : {"test", "dev"}) {
    if (summary.cases.empty())
      summary.cases = cases_of(table, split, id ? std::to_string(*id) : "baseline", is_baseline);
  }
}

}  // namespace

bool is_cut_short(const std::string& stopped, bool is_tested) {
  return stopped != "budget" && stopped != "price" && stopped != "exhausted" &&
         !(stopped == "cap" && is_tested);
}

RunSummary summary_of(const store::RunDir& run, RunKind kind, bool with_cases) {
  const json result = json_of_run(run, "result.json");
  RunSummary summary;
  summary.task = text_at(result, "/task");
  summary.run = std::filesystem::absolute(run.path()).lexically_normal().filename().string();
  if (kind == RunKind::search)
    add_search(result, summary);
  else
    add_evaluation(result, summary);
  summary.warnings =
      value_at<std::vector<std::string>>(result, "/warnings").value_or(std::vector<std::string>{});
  summary.calls = value_at<std::int64_t>(result, "/usage/calls").value_or(0);
  summary.usd = value_at<double>(result, "/usage/usd");
  if (with_cases) add_cases(run, kind, result, summary);
  return summary;
}

}  // namespace zopo::report
