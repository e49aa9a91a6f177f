#include "bench/summary.h"

#include <algorithm>
#include <map>

#include "bench/bootstrap.h"
#include "bench/ranks.h"

namespace zopo::bench {
namespace {

using nlohmann::json;
using Records = std::vector<std::optional<CellRecord>>;

// The records of one subject that count: for each method one a seed, the same seeds for all.
struct SubjectRecords {
  const Subject* subject = nullptr;
  std::vector<std::vector<const CellRecord*>> methods;  // [methods][seeds]
};

std::vector<SubjectRecords> whole_seeds(const BenchMatrix& matrix,
                                        const std::vector<Cell>& cells,
                                        const Records& records) {
  const std::size_t k = matrix.methods.size();
  std::map<std::pair<std::size_t, std::uint64_t>, std::vector<const CellRecord*>> by_seed;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto& row = by_seed[{cells[i].subject, cells[i].seed}];
    row.resize(k);
    if (records[i] && records[i]->is_done()) row[cells[i].method] = &*records[i];
  }
  std::vector<SubjectRecords> subjects;
  for (const auto& [key, row] : by_seed) {
    if (std::find(row.begin(), row.end(), nullptr) != row.end()) continue;
    const Subject* subject = &matrix.subjects[key.first];
    if (subjects.empty() || subjects.back().subject != subject)
      subjects.push_back({subject, std::vector<std::vector<const CellRecord*>>(k)});
    for (std::size_t m = 0; m < k; ++m) subjects.back().methods[m].push_back(row[m]);
  }
  return subjects;
}

std::vector<double> column(const MethodRuns& method, double BenchRun::*field) {
  std::vector<double> values;
  for (const BenchRun& run : method.landscapes) values.push_back(run.*field);
  return values;
}

std::vector<double> minus(std::vector<double> values, const std::vector<double>& others) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= others[i];
  return values;
}

json to_json(const task::Interval& interval) { return {interval.low, interval.high}; }

json method_figures(const MethodRuns& method) {
  const BenchRun mean = mean_run(method.landscapes);
  return {{"auc", mean.auc},
          {"auc_ci", to_json(bootstrap_mean(column(method, &BenchRun::auc)))},
          {"final", mean.final},
          {"final_ci", to_json(bootstrap_mean(column(method, &BenchRun::final)))},
          {"rounds", mean.rounds},
          {"candidates_tried", mean.candidates_tried},
          {"curve", mean.curve}};
}

json pair_figures(const MethodRuns& a, const MethodRuns& b) {
  const std::vector<double> auc = minus(column(a, &BenchRun::auc), column(b, &BenchRun::auc));
  const std::vector<double> final = minus(column(a, &BenchRun::final), column(b, &BenchRun::final));
  return {{"auc_difference", mean_of(auc)},
          {"ci", to_json(bootstrap_mean(auc))},
          {"final_difference", mean_of(final)},
          {"final_ci", to_json(bootstrap_mean(final))}};
}

std::string pair_name(const std::string& a, const std::string& b) { return a + "-vs-" + b; }

// variant: its landscapes count; all of them where it is null.
void add_landscapes(const BenchMatrix& matrix,
                    const std::vector<SubjectRecords>& subjects,
                    const std::string* variant,
                    json& summary) {
  std::vector<MethodRuns> methods;
  for (std::size_t m = 0; m < matrix.methods.size(); ++m) {
    methods.push_back({matrix.methods[m].name, {}});
    for (const SubjectRecords& subject : subjects) {
      if (subject.subject->live) continue;
      if (variant && subject.subject->variant != *variant) continue;
      std::vector<BenchRun> seeds;
      for (const CellRecord* record : subject.methods[m]) seeds.push_back(record->run);
      methods.back().landscapes.push_back(mean_run(seeds));
    }
  }
  summary["landscapes"] = methods.front().landscapes.size();
  summary["methods"] = summary["paired"] = json::object();
  if (methods.front().landscapes.empty()) return;
  for (const MethodRuns& a : methods) {
    summary["methods"][a.name] = method_figures(a);
    for (const MethodRuns& b : methods) {
      if (&a != &b) summary["paired"][pair_name(a.name, b.name)] = pair_figures(a, b);
    }
  }
}

// Of a bench with variants: the figures of each.
void add_variants(const BenchMatrix& matrix,
                  const std::vector<SubjectRecords>& subjects,
                  json& summary) {
  for (const std::string& variant : matrix.variants()) {
    json& figures = summary["variants"][variant];
    add_landscapes(matrix, subjects, &variant, figures);
  }
}

// The mean over seeds of one figure, for each live subject; nothing where a record has none.
template <class Figure>
std::vector<double> live_column(const std::vector<SubjectRecords>& subjects,
                                std::size_t method,
                                Figure figure) {
  std::vector<double> values;
  for (const SubjectRecords& subject : subjects) {
    if (!subject.subject->live) continue;
    double sum = 0;
    for (const CellRecord* record : subject.methods[method]) {
      const std::optional<double> value = figure(*record);
      if (!value) return {};
      sum += *value;
    }
    values.push_back(sum / static_cast<double>(subject.methods[method].size()));
  }
  return values;
}

std::vector<double> live_scores(const std::vector<SubjectRecords>& subjects, std::size_t method) {
  return live_column(subjects, method,
                     [](const CellRecord& cell) { return std::optional(cell.score()); });
}

json live_figures(const std::vector<SubjectRecords>& subjects, std::size_t method) {
  const std::vector<double> scores = live_scores(subjects, method);
  json figures = {{"test", mean_of(scores)}, {"test_ci", to_json(bootstrap_mean(scores))}};
  const auto add = [&](const char* name, auto figure) {
    const std::vector<double> values = live_column(subjects, method, figure);
    figures[name] = values.empty() ? json() : json(mean_of(values));
  };
  add("dev", [](const CellRecord& cell) -> std::optional<double> {
    if (!cell.live->dev) return std::nullopt;
    return cell.live->dev->score;
  });
  add("baseline_test", [](const CellRecord& cell) -> std::optional<double> {
    if (!cell.live->baseline_test) return std::nullopt;
    return cell.live->baseline_test->score;
  });
  add("calls", [](const CellRecord& cell) { return std::optional<double>(cell.live->calls); });
  add("tokens", [](const CellRecord& cell) {
    return std::optional<double>(cell.live->prompt_tokens + cell.live->completion_tokens);
  });
  add("usd", [](const CellRecord& cell) { return cell.live->usd; });
  std::vector<BenchRun> runs;
  for (const SubjectRecords& subject : subjects) {
    if (!subject.subject->live) continue;
    for (const CellRecord* record : subject.methods[method]) {
      if (record->run.curve.size() == kCurvePoints) runs.push_back(record->run);
    }
  }
  figures["curve"] = runs.empty() ? json::array() : json(mean_run(runs).curve);
  return figures;
}

void add_live(const BenchMatrix& matrix,
              const std::vector<SubjectRecords>& subjects,
              json& summary) {
  const auto count = std::count_if(subjects.begin(), subjects.end(),
                                   [](const SubjectRecords& s) { return s.subject->live; });
  summary["tasks"] = count;
  summary["live"] = summary["live_paired"] = json::object();
  if (count == 0) return;
  for (std::size_t a = 0; a < matrix.methods.size(); ++a) {
    summary["live"][matrix.methods[a].name] = live_figures(subjects, a);
    for (std::size_t b = 0; b < matrix.methods.size(); ++b) {
      if (a == b) continue;
      const std::vector<double> difference =
          minus(live_scores(subjects, a), live_scores(subjects, b));
      summary["live_paired"][pair_name(matrix.methods[a].name, matrix.methods[b].name)] = {
          {"test_difference", mean_of(difference)}, {"ci", to_json(bootstrap_mean(difference))}};
    }
  }
}

// [methods x subjects], means over seeds.
ScoreTable score_table(const BenchMatrix& matrix, const std::vector<SubjectRecords>& subjects) {
  ScoreTable scores(matrix.methods.size());
  for (const SubjectRecords& subject : subjects) {
    for (std::size_t m = 0; m < scores.size(); ++m) {
      double sum = 0;
      for (const CellRecord* record : subject.methods[m]) sum += record->score();
      scores[m].push_back(sum / static_cast<double>(subject.methods[m].size()));
    }
  }
  return scores;
}

void add_ranks(const BenchMatrix& matrix,
               const std::vector<SubjectRecords>& subjects,
               json& summary) {
  summary["ranks"] = summary["profile"] = summary["comparison"] = json::object();
  if (subjects.empty()) return;
  const ScoreTable scores = score_table(matrix, subjects);
  const auto name = [&](std::size_t m) { return matrix.methods[m].name; };
  const RankComparison comparison = compare_ranks(scores);
  const std::vector<double> taus = profile_taus(scores);
  const ScoreTable profile = performance_profile(scores, taus);
  summary["profile"] = {{"tau", taus}, {"share", json::object()}};
  for (std::size_t m = 0; m < scores.size(); ++m) {
    summary["ranks"][name(m)] = comparison.ranks[m];
    summary["profile"]["share"][name(m)] = profile[m];
  }
  json pairs = json::object(), groups = json::array();
  for (const PairTest& pair : comparison.pairs) {
    pairs[pair_name(name(pair.a), name(pair.b))] = {{"p_value", pair.p_value},
                                                    {"holm", pair.corrected}};
  }
  for (const std::vector<std::size_t>& group : comparison.groups) {
    json names = json::array();
    for (const std::size_t m : group) names.push_back(name(m));
    groups.push_back(std::move(names));
  }
  summary["comparison"] = {{"test", "Wilcoxon signed-rank, Holm"},
                           {"pairs", std::move(pairs)},
                           {"groups", std::move(groups)}};
}

json cell_row(const BenchMatrix& matrix,
              const Cell& cell,
              const std::optional<CellRecord>& record) {
  json row = matrix.describe(cell);
  row["id"] = cell.id;
  row["state"] = !record ? "missing" : record->is_done() ? "done" : "failed";
  if (!record) return row;
  if (record->error) {
    row["error"] = record->error->message;
    return row;
  }
  row["score"] = record->score();
  if (!record->live) {
    row["auc"] = record->run.auc;
    return row;
  }
  const LiveFigures& live = *record->live;
  const auto add = [&](const std::string& name, const std::optional<LiveFigures::Score>& score) {
    if (!score) return;
    row[name] = score->score;
    row[name + "_ci"] = {score->ci.low, score->ci.high};
    row[name + "_n"] = score->n;
  };
  add("dev", live.dev);
  add("test", live.test);
  add("baseline_test", live.baseline_test);
  row["prompt"] = live.prompt;
  row["calls"] = live.calls;
  row["tokens"] = live.prompt_tokens + live.completion_tokens;
  if (live.usd) row["usd"] = *live.usd;
  return row;
}

}  // namespace

BenchRun mean_run(const std::vector<BenchRun>& runs) {
  BenchRun mean{.curve = std::vector<double>(runs.front().curve.size())};
  const auto n = static_cast<double>(runs.size());
  for (const BenchRun& run : runs) {
    mean.auc += run.auc / n;
    mean.final += run.final / n;
    mean.candidates_tried += run.candidates_tried / n;
    mean.rounds += run.rounds / n;
    for (std::size_t i = 0; i < mean.curve.size(); ++i) mean.curve[i] += run.curve[i] / n;
  }
  return mean;
}

json summarize(const BenchMatrix& matrix, const std::vector<Cell>& cells, const Records& records) {
  json summary = json::object();
  const std::vector<SubjectRecords> subjects = whole_seeds(matrix, cells, records);
  add_landscapes(matrix, subjects, nullptr, summary);
  add_variants(matrix, subjects, summary);
  add_live(matrix, subjects, summary);
  add_ranks(matrix, subjects, summary);
  std::int64_t failed = 0, missing = 0;
  json rows = json::array();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    rows.push_back(cell_row(matrix, cells[i], records[i]));
    missing += records[i] ? 0 : 1;
    failed += records[i] && records[i]->error ? 1 : 0;
  }
  summary["cells"] = std::move(rows);
  summary["failed"] = failed;
  summary["missing"] = missing;
  return summary;
}

}  // namespace zopo::bench
