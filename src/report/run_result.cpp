// result.json of a search. Called by run at its end.

#include "zopo/report/run_result.h"

#include <fmt/format.h>

#include <numeric>
#include <vector>

#include "report/json_parts.h"

namespace zopo::report {
namespace {

using nlohmann::json;

constexpr const char* kOptimistic = " (optimistic: it was chosen by this score)";

json to_json(const std::optional<PromptResult>& prompt) {
  if (!prompt) return nullptr;
  json object = {
      {"prompt", prompt->prompt}, {"dev", to_json(prompt->dev)}, {"test", to_json(prompt->test)}};
  if (prompt->id) object["id"] = *prompt->id;
  if (prompt->exemplars.empty()) return object;
  object["exemplars"] = json::array();
  for (const PromptResult::Exemplar& one : prompt->exemplars)
    object["exemplars"].push_back(
        {{"train", one.train}, {"input", one.input}, {"output", one.output}});
  object["text"] = prompt->text;
  return object;
}

json optimistic(json prompt) {
  if (prompt.is_object() && prompt["dev"].is_object()) prompt["dev"]["optimistic"] = true;
  return prompt;
}

std::string test_line(const RunResult& result) {
  if (result.test.asked > 0 && (!result.best || !result.best->test)) {
    return fmt::format("test: asked {} times, {} answers, too few for a score", result.test.asked,
                       result.test.answered);
  }
  if (!result.best || !result.best->test) return "test: not read";
  std::string line = "test score " + describe(*result.best->test) + " examples (95 % interval)" +
                     shortfalls(*result.best->test);
  if (result.found && result.found->test)
    line += "; what the search found scores " + describe(*result.found->test);
  if (!result.test_difference) return line;
  return line + "; " + describe(*result.test_difference, compared_with(result.baseline_source));
}

std::string verdict_lines(const RunResult& result) {
  std::string lines;
  if (!result.verdict_text.empty()) lines += "verdict: " + result.verdict_text + "\n";
  if (result.majority)
    lines += fmt::format("always answering {:?}: {:.3f} on the test; the best prompt {}\n",
                         result.majority->answer, result.majority->test,
                         describe(result.majority->difference, "it"));
  return lines;
}

json to_json(const std::optional<RunResult::Majority>& majority) {
  if (!majority) return nullptr;
  return {{"answer", majority->answer},
          {"test", majority->test},
          {"test_difference",
           report::to_json(std::optional<task::PairedDifference>(majority->difference))}};
}

// In the order in which they first appear, which is the task's.
std::vector<MetricMean> metric_means(std::span<const task::Answer> answers) {
  std::vector<MetricMean> means;
  for (const task::Answer& first : answers) {
    if (first.scores.empty()) continue;
    for (std::size_t m = 0; m < first.scores.size(); ++m) {
      std::vector<double> scores;
      for (const task::Answer& answer : answers) {
        if (m < answer.scores.size() && answer.scores[m].score)
          scores.push_back(*answer.scores[m].score);
      }
      if (scores.empty()) continue;
      const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
      means.push_back({first.scores[m].metric, sum / static_cast<double>(scores.size()),
                       task::mean_interval(scores), static_cast<std::int64_t>(scores.size())});
    }
    break;
  }
  return means;
}

std::string metrics_line(const RunResult& result) {
  if (!result.best || !result.best->test || result.best->test->metrics.empty()) return "";
  return "of it on the test: " + describe(result.best->test->metrics) + "\n";
}

}  // namespace

std::optional<Score> score_of(std::span<const task::Answer> answers) {
  std::vector<double> scores;
  for (const task::Answer& answer : answers) {
    if (answer.state != llm::ReplyState::error) scores.push_back(answer.score);
  }
  if (scores.empty()) return std::nullopt;
  const task::Evaluation counts = task::summarize(answers);
  return Score{counts.mean(), task::mean_interval(scores), counts.scored(), counts.truncated,
               counts.error,  metric_means(answers)};
}

json to_json(const RunResult& result) {
  json object = {{"task", result.task},
                 {"method", result.method},
                 {"seed", result.seed},
                 {"best", result.found ? to_json(result.best) : optimistic(to_json(result.best))},
                 {"baseline", to_json(result.baseline)},
                 {"baseline_source", result.baseline_source},
                 {"initial_best", optimistic(to_json(result.initial_best))},
                 {"found", optimistic(to_json(result.found))},
                 {"test_difference", to_json(result.test_difference)},
                 {"verdict", result.verdict},
                 {"verdict_text", result.verdict_text},
                 {"majority_answer", to_json(result.majority)},
                 {"candidates", result.candidates},
                 {"candidates_tried", result.candidates_tried},
                 {"rounds", result.rounds},
                 {"search_calls", result.search_calls},
                 {"stopped", result.stopped},
                 {"usage", to_json(result.usage)},
                 {"errors", {{"error", result.errors}, {"truncated", result.truncated}}},
                 {"test",
                  {{"readings", result.test.readings},
                   {"asked", result.test.asked},
                   {"answered", result.test.answered}}},
                 {"warnings", result.warnings}};
  if (result.written) {
    object["written"] = {{"replies", result.written->replies},
                         {"reflections", result.written->reflections},
                         {"distinct", result.written->distinct},
                         {"dropped", result.written->dropped}};
  }
  if (result.added > 0) object["added"] = result.added;
  return object;
}

std::string summary_text(const RunResult& result) {
  std::string text = test_line(result) + "\n" + verdict_lines(result) + metrics_line(result);
  if (result.best && result.best->dev) {
    text +=
        "dev score " + describe(*result.best->dev) + " examples" + shortfalls(*result.best->dev);
    if (!result.found) text += kOptimistic;
    if (result.found && result.found->dev)
      text += "; what the search found " + describe(*result.found->dev) + kOptimistic;
    if (result.initial_best && result.initial_best->dev) {
      text += "; best initial prompt " + describe(*result.initial_best->dev);
    }
    text += "\n";
  }
  text += fmt::format(
      "{} of {} candidates tried in {} rounds; {} calls, {} prompt and {} completion tokens",
      result.candidates_tried, result.candidates, result.rounds, result.usage.calls,
      result.usage.prompt_tokens, result.usage.completion_tokens);
  if (result.added > 0) text += fmt::format("; {} candidates added on the way", result.added);
  if (result.usage.usd) text += fmt::format(", {:.4f} USD", *result.usage.usd);
  if (result.usage.judge)
    text += fmt::format("; {} of the calls by the judge", result.usage.judge->calls);
  if (result.usage.writer)
    text += fmt::format("; {} of the calls by the writer", result.usage.writer->calls);
  if (result.errors > 0) text += fmt::format("; {} answers missing", result.errors);
  if (result.truncated > 0) text += fmt::format("; {} answers truncated", result.truncated);
  text += "\n" + describe_roles(result.usage);
  for (const std::string& warning : result.warnings) text += "warning: " + warning + "\n";
  return text;
}

}  // namespace zopo::report
