// Lines of trace.jsonl and rows of evaluations.csv. Called by run as a search goes on.

#include "zopo/report/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/escapes.h"
#include "zopo/base/text.h"

namespace zopo::report {
namespace {

using nlohmann::json;

json number_or_null(std::optional<double> value) {
  return value && std::isfinite(*value) ? json(*value) : json(nullptr);
}

// Models may say any bytes; the file is UTF-8.
std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : guarded(make_valid_utf8(text))) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

const char* to_string(llm::ReplyState state) {
  switch (state) {
    case llm::ReplyState::ok:
      return "ok";
    case llm::ReplyState::truncated:
      return "truncated";
    case llm::ReplyState::error:
      break;
  }
  return "error";
}

// A column for each of several metrics, after the others.
std::string metric_columns(std::span<const EvaluationRow> rows, std::size_t& columns) {
  std::string header;
  for (const EvaluationRow& row : rows) {
    if (row.answer->scores.empty()) continue;
    for (const task::MetricScore& score : row.answer->scores)
      header += "," + quoted("score:" + score.metric);
    columns = row.answer->scores.size();
    break;
  }
  return header;
}

std::string metric_cells(const task::Answer& answer, std::size_t columns) {
  std::string cells;
  for (std::size_t m = 0; m < columns; ++m) {
    const bool known = m < answer.scores.size() && answer.scores[m].score;
    cells += known ? fmt::format(",{}", *answer.scores[m].score) : ",";
  }
  return cells;
}

std::string expected_of(const data::Example* asked) {
  if (asked == nullptr || asked->references.empty()) return "";
  if (asked->references.size() == 1) return asked->references.front();
  return json(asked->references).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string row_of(const EvaluationRow& row) {
  const task::Answer& answer = *row.answer;
  const bool scored = answer.state != llm::ReplyState::error;
  return fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{},{}", row.split, row.prompt_id, answer.example,
      to_string(answer.state), scored ? fmt::format("{}", answer.score) : "",
      quoted(answer.extracted), quoted(answer.reply), answer.usage.prompt_tokens,
      answer.usage.completion_tokens, quoted(answer.error.message),
      quoted(row.asked == nullptr ? "" : row.asked->input), quoted(expected_of(row.asked)));
}

}  // namespace

std::string trace_line(const Decision& decision) {
  json line = {{"round", decision.round},
               {"id", decision.query.id},
               {"examples", decision.examples},
               {"outcomes", decision.outcomes},
               {"n", decision.n},
               {"mean", decision.mean},
               {"phase", optim::to_string(decision.query.phase)},
               {"posterior_mean", number_or_null(decision.query.posterior_mean)},
               {"posterior_sd", number_or_null(decision.query.posterior_sd)},
               {"gradient_norm", number_or_null(decision.query.gradient_norm)},
               {"index", number_or_null(decision.query.index)}};
  if (const auto& now = decision.recommended)
    line["recommended"] = {{"id", now->id}, {"mean", number_or_null(now->mean)}};
  return line.dump();
}

std::string trace_line(const WritingDecision& decision) {
  const optim::WriteOrder& order = decision.order;
  json line = {{"round", decision.round},
               {"phase", "write"},
               {"way", decision.way},
               {"parents", order.parents},
               {"replies", order.replies},
               {"candidates", decision.candidates},
               {"dropped", decision.dropped},
               {"posterior_mean", number_or_null(order.posterior_mean)},
               {"posterior_sd", number_or_null(order.posterior_sd)},
               {"index", number_or_null(order.index)},
               {"to_beat", number_or_null(decision.to_beat)}};
  if (decision.candidates > 0) line["first"] = decision.first;
  return line.dump();
}

std::string trace_line(const StopDecision& decision) {
  return json{{"round", decision.round},
              {"phase", "stop"},
              {"why", optim::to_string(decision.why)},
              {"to_beat", number_or_null(decision.to_beat)}}
      .dump();
}

std::string evaluations_csv(std::span<const EvaluationRow> rows) {
  std::size_t columns = 0;
  const bool judged = std::any_of(rows.begin(), rows.end(), [](const EvaluationRow& row) {
    return !row.answer->judge_said.empty();
  });
  std::string csv =
      "split,prompt_id,example,state,score,extracted,reply,prompt_tokens,completion_tokens,error,"
      "input,expected" +
      metric_columns(rows, columns) + (judged ? ",judge" : "") + "\r\n";
  for (const EvaluationRow& row : rows) {
    csv += row_of(row) + metric_cells(*row.answer, columns) +
           (judged ? "," + quoted(row.answer->judge_said) : "") + "\r\n";
  }
  return csv;
}

}  // namespace zopo::report
