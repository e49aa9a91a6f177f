// JSON and words of scores, differences and usage. Called by all that write results.

#include "report/json_parts.h"

#include <fmt/format.h>

#include "zopo/base/bad_data.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"

namespace zopo::report {

using nlohmann::json;

namespace {

json to_json(const task::Interval& interval) { return {interval.low, interval.high}; }

}  // namespace

json to_json(const std::optional<Score>& score) {
  if (!score) return nullptr;
  json object = {{"score", score->score},
                 {"ci", to_json(score->ci)},
                 {"n", score->n},
                 {"error", score->error},
                 {"truncated", score->truncated}};
  for (const MetricMean& one : score->metrics)
    object["metrics"][one.metric] = {{"score", one.score}, {"ci", to_json(one.ci)}, {"n", one.n}};
  return object;
}

json to_json(const std::optional<task::PairedDifference>& difference) {
  if (!difference) return nullptr;
  return {{"value", difference->value},
          {"ci", to_json(difference->ci)},
          {"p_value", difference->p_value},
          {"significant", difference->significant},
          {"verdict", task::verdict(*difference)}};
}

json to_json(const RunUsage& usage) {
  const auto part = [](const auto& of) {
    return json{{"calls", of.calls},
                {"prompt_tokens", of.prompt_tokens},
                {"completion_tokens", of.completion_tokens},
                {"usd", of.usd ? json(*of.usd) : json(nullptr)}};
  };
  json object = part(usage);
  if (usage.judge) object["judge"] = part(*usage.judge);
  if (usage.writer) object["writer"] = part(*usage.writer);
  for (const auto& [role, of] : usage.roles) object["roles"][role] = part(of);
  return object;
}

std::string describe_roles(const RunUsage& usage) {
  if (usage.roles.size() < 2) return "";
  std::vector<std::string> parts;
  for (const auto& [role, of] : usage.roles) {
    parts.push_back(fmt::format("{} {} calls, {} + {} tokens", role, of.calls, of.prompt_tokens,
                                of.completion_tokens));
    if (of.usd) parts.back() += fmt::format(", {:.4f} USD", *of.usd);
  }
  return "of these: " + join(parts, "; ") + "\n";
}

std::string describe(const std::vector<MetricMean>& metrics) {
  std::vector<std::string> parts;
  for (const MetricMean& one : metrics) {
    parts.push_back(fmt::format("{} {:.3f} [{:.3f}, {:.3f}] on {}", one.metric, one.score,
                                one.ci.low, one.ci.high, one.n));
  }
  return join(parts, ", ");
}

std::string describe(const Score& score) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}] on {}", score.score, score.ci.low, score.ci.high,
                     score.n);
}

std::string shortfalls(const Score& score) {
  std::string text;
  if (score.truncated > 0) text += fmt::format(", {} truncated", score.truncated);
  if (score.error > 0) text += fmt::format(", {} without an answer", score.error);
  return text;
}

std::string describe(const task::PairedDifference& difference, const std::string& against) {
  return fmt::format("{:+.3f} [{:+.3f}, {:+.3f}] against {}, p = {:.2g}, {}", difference.value,
                     difference.ci.low, difference.ci.high, against, difference.p_value,
                     task::verdict(difference));
}

std::optional<Score> score_at(const json& result, const std::string& pointer) {
  const auto score = value_at<double>(result, pointer + "/score");
  const auto low = value_at<double>(result, pointer + "/ci/0");
  const auto high = value_at<double>(result, pointer + "/ci/1");
  const auto n = value_at<std::int64_t>(result, pointer + "/n");
  if (!score || !low || !high || !n) return std::nullopt;
  return Score{*score,
               {*low, *high},
               *n,
               value_at<std::int64_t>(result, pointer + "/truncated").value_or(0),
               value_at<std::int64_t>(result, pointer + "/error").value_or(0)};
}

json json_of_run(const store::RunDir& run, const char* file) {
  const std::filesystem::path path = run.path() / file;
  if (!std::filesystem::exists(path))
    bad_data(path, "is missing. Finish the run by zopo optimize --resume.");
  json object = parse_json_of_others(run.read(file));
  if (!object.is_object()) bad_data(path, "no JSON object. Restore it, or resume the run.");
  return object;
}

std::string compared_with(const std::string& baseline_source) {
  return baseline_source == "task" ? "the baseline" : "the first initial prompt";
}

}  // namespace zopo::report
