// Compares two runs from their directories. Called by zopo compare.

#include "zopo/report/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "report/json_parts.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"
#include "zopo/data/csv.h"
#include "zopo/store/run_dir.h"

namespace zopo::report {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

// Columns of evaluations.csv.
enum Column : std::size_t { kSplit, kPromptId, kExample, kState, kScore, kColumns };

struct TestRow {
  std::size_t example = 0;
  std::optional<double> score;  // nothing without an answer
};

std::vector<TestRow> test_rows(const std::filesystem::path& file, const std::string& prompt_id) {
  constexpr std::array kHeader = {"split", "prompt_id", "example", "state", "score"};
  const std::vector<data::CsvRow> rows = data::parse_csv(read_file(file), file.string());
  if (rows.empty() || rows[0].cells.size() < kColumns ||
      !std::equal(kHeader.begin(), kHeader.end(), rows[0].cells.begin())) {
    bad_data(file, "its header is not that of a run's answers.");
  }
  std::vector<TestRow> found;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::vector<std::string>& cells = rows[i].cells;
    if (cells.size() != rows[0].cells.size())
      bad_data(file, fmt::format("line {}: {} cells, the header has {}.", rows[i].line,
                                 cells.size(), rows[0].cells.size()));
    if (cells[kSplit] != "test" || cells[kPromptId] != prompt_id) continue;
    try {
      found.push_back({std::stoul(cells[kExample]), std::nullopt});
      if (cells[kState] != "error") found.back().score = std::stod(cells[kScore]);
    } catch (const std::exception&) {
      bad_data(file, fmt::format("line {}: no number where an example and its score should stand.",
                                 rows[i].line));
    }
  }
  return found;
}

json side(const FinishedRun& run) {
  const auto copy = [&](const char* pointer) {
    const Pointer at(pointer);
    return run.result.contains(at) ? run.result.at(at) : json(nullptr);
  };
  return {{"run", run.directory.string()},  {"task", copy("/task")},
          {"method", copy("/method")},      {"seed", copy("/seed")},
          {"prompt", copy("/best/prompt")}, {"dev", copy("/best/dev")},
          {"test", copy("/best/test")},     {"calls", copy("/usage/calls")}};
}

std::string describe_side(const char* name, const FinishedRun& run) {
  const auto score = [&](const char* pointer) {
    const std::optional<Score> found = score_at(run.result, pointer);
    return found ? describe(*found) + " examples" : "not read";
  };
  return fmt::format(
      "{}  {}: {}, seed {}, {} calls\n   test {}; dev {}, optimistic\n   {}\n", name,
      run.directory.string(), value_at<std::string>(run.result, "/method").value_or("?"),
      value_at<std::int64_t>(run.result, "/seed").value_or(0),
      value_at<std::int64_t>(run.result, "/usage/calls").value_or(0), score("/best/test"),
      score("/best/dev"), value_at<std::string>(run.result, "/best/prompt").value_or("no prompt"));
}

}  // namespace

std::optional<Score> FinishedRun::test() const { return score_at(result, "/best/test"); }

FinishedRun load_run(const std::filesystem::path& directory) {
  const store::RunDir run = store::RunDir::open(directory);
  const json manifest = json_of_run(run, "manifest.json");
  if (manifest.contains("evaluate")) {
    throw Failure(ErrorKind::usage, directory.string() +
                                        ": a run of zopo evaluate; compare takes runs of zopo "
                                        "optimize. Give its prompts to one zopo evaluate instead.");
  }
  FinishedRun finished{directory, json_of_run(run, "result.json"), {}};
  const auto id = value_at<std::int64_t>(finished.result, "/best/id");
  const auto keys = value_at<std::vector<std::string>>(manifest, "/test_examples");
  if (!id || !keys) return finished;
  std::map<std::string, int> seen;
  std::vector<std::pair<std::string, int>> names;
  for (const std::string& key : *keys) names.emplace_back(key, seen[key]++);
  const std::filesystem::path file = run.path() / "evaluations.csv";
  // The answers to the prompt in use stand under its own name.
  const bool is_baseline = value_at<std::int64_t>(finished.result, "/baseline/id") == id &&
                           value_at<std::string>(finished.result, "/baseline_source") == "task";
  for (const TestRow& row : test_rows(file, is_baseline ? "baseline" : std::to_string(*id))) {
    if (row.example >= names.size())
      bad_data(file, fmt::format("example {} is none of the {} in manifest.json.", row.example,
                                 names.size()));
    if (row.score) finished.test_scores.emplace(names[row.example], *row.score);
  }
  return finished;
}

Comparison compare(FinishedRun a, FinishedRun b) {
  std::vector<double> scores_a, scores_b;
  for (const auto& [example, score] : a.test_scores) {
    const auto other = b.test_scores.find(example);
    if (other == b.test_scores.end()) continue;
    scores_a.push_back(score);
    scores_b.push_back(other->second);
  }
  Comparison comparison{std::move(a), std::move(b), static_cast<std::int64_t>(scores_a.size()), {}};
  if (!scores_a.empty()) comparison.test_difference = task::paired_difference(scores_b, scores_a);
  return comparison;
}

json to_json(const Comparison& comparison) {
  return {{"a", side(comparison.a)},
          {"b", side(comparison.b)},
          {"shared_test_examples", comparison.shared_examples},
          {"test_difference", to_json(comparison.test_difference)}};
}

std::string summary_text(const Comparison& comparison) {
  std::string text = describe_side("A", comparison.a) + describe_side("B", comparison.b);
  if (!comparison.test_difference)
    return text + "no test example that both answered: nothing can be said of their difference\n";
  return text + fmt::format("B  {} on {} shared test examples\n",
                            describe(*comparison.test_difference, "A"), comparison.shared_examples);
}

}  // namespace zopo::report
