// The result of zopo evaluate as JSON and in words. Called by app.

#include "zopo/report/evaluation_result.h"

#include <fmt/format.h>

#include "report/json_parts.h"
#include "zopo/base/text.h"

namespace zopo::report {
namespace {

using nlohmann::json;

// The beginning of a prompt, on one line.
std::string headline(const std::string& prompt) {
  constexpr std::size_t kLongest = 60;
  const std::string_view line =
      beginning(std::string_view(prompt).substr(0, prompt.find('\n')), kLongest);
  return std::string(line) + (line.size() < prompt.size() ? ".." : "");
}

}  // namespace

json to_json(const EvaluationResult& result) {
  json prompts = json::array(), differences = json::array();
  for (const EvaluatedPrompt& evaluated : result.prompts) {
    json prompt = {{"prompt", evaluated.prompt}, {"score", nullptr}, {"n", 0}};
    if (evaluated.score) prompt.update(to_json(evaluated.score));
    prompts.push_back(std::move(prompt));
  }
  for (std::size_t i = 0; i < result.differences.size(); ++i) {
    json difference = {{"first", 0}, {"second", i + 1}, {"value", nullptr}};
    if (result.differences[i]) difference.update(to_json(result.differences[i]));
    differences.push_back(std::move(difference));
  }
  return {{"task", result.task},
          {"split", result.split},
          {"prompts", prompts},
          {"differences", differences},
          {"warnings", result.warnings},
          {"usage", to_json(result.usage)},
          {"errors", {{"error", result.errors}, {"truncated", result.truncated}}}};
}

std::string summary_text(const EvaluationResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.prompts.size(); ++i) {
    const EvaluatedPrompt& evaluated = result.prompts[i];
    const std::string score =
        evaluated.score
            ? fmt::format("{} {} examples (95 % interval){}", describe(*evaluated.score),
                          result.split, shortfalls(*evaluated.score))
            : "not scored";
    text += fmt::format("prompt {}  {}: {}\n", i + 1, score, headline(evaluated.prompt));
    if (evaluated.score && !evaluated.score->metrics.empty())
      text += fmt::format("          of it: {}\n", describe(evaluated.score->metrics));
  }
  for (std::size_t i = 0; i < result.differences.size(); ++i) {
    if (!result.differences[i]) continue;
    text += fmt::format("prompt 1  {}\n",
                        describe(*result.differences[i], fmt::format("prompt {}", i + 2)));
  }
  if (result.usage.judge)
    text += fmt::format("{} calls, {} of them by the judge\n", result.usage.calls,
                        result.usage.judge->calls);
  text += describe_roles(result.usage);
  for (const std::string& warning : result.warnings) text += "warning: " + warning + "\n";
  return text;
}

}  // namespace zopo::report
