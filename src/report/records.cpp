#include "zopo/report/records.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "zopo/base/text.h"

namespace zopo::report {
namespace {

using nlohmann::json;

json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

// Models may say any bytes; the file is UTF-8.
std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : make_valid_utf8(text)) {
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

}  // namespace

std::string trace_line(const Decision& decision) {
  return json{{"round", decision.round},
              {"id", decision.query.id},
              {"examples", decision.examples},
              {"outcomes", decision.outcomes},
              {"n", decision.n},
              {"mean", decision.mean},
              {"phase", optim::to_string(decision.query.phase)},
              {"posterior_mean", number_or_null(decision.query.posterior_mean)},
              {"posterior_sd", number_or_null(decision.query.posterior_sd)},
              {"gradient_norm", number_or_null(decision.query.gradient_norm)}}
      .dump();
}

std::string evaluations_csv(std::span<const EvaluationRow> rows) {
  std::string csv =
      "split,prompt_id,example,state,score,extracted,reply,prompt_tokens,completion_tokens,"
      "error\r\n";
  for (const EvaluationRow& row : rows) {
    const task::Answer& answer = *row.answer;
    const bool scored = answer.state != llm::ReplyState::error;
    csv +=
        fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", row.split, row.prompt_id, answer.example,
                    to_string(answer.state), scored ? fmt::format("{}", answer.score) : "",
                    quoted(answer.extracted), quoted(answer.reply), answer.usage.prompt_tokens,
                    answer.usage.completion_tokens, quoted(answer.error.message));
  }
  return csv;
}

}  // namespace zopo::report
