#include "cli/preview.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/ending.h"
#include "cli/exit_code.h"
#include "zopo/app/optimize.h"
#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

using nlohmann::json;

json to_json(const app::Preview& preview) {
  return {
      {"valid", true},
      {"candidates", preview.candidates},
      {"examples", {{"train", preview.train}, {"dev", preview.dev}, {"test", preview.test}}},
      {"calls",
       {{"search", preview.plan.search_calls()},
        {"write", preview.plan.write_calls},
        {"reflect", preview.plan.reflect_calls()},
        {"baseline", preview.plan.baseline_outcomes * preview.plan.repeats},
        {"test", preview.plan.test_outcomes * preview.plan.repeats},
        {"judge", preview.plan.judge_calls()},
        {"total", preview.plan.calls()}}},
      {"tokens_at_most",
       {{"prompt", preview.cost.prompt_tokens}, {"completion", preview.cost.completion_tokens}}},
      {"usd_at_most", preview.cost.usd ? json(*preview.cost.usd) : json(nullptr)}};
}

std::string missing_prices(const app::Settings& settings) {
  std::vector<std::string> missing;
  const auto look_at = [&](const app::LlmSettings& llm, const char* key) {
    if (!llm.price) missing.emplace_back(key);
  };
  look_at(settings.llm, "llm.price");
  const auto& write = settings.candidates.write;
  if (write && write->llm) look_at(*write->llm, "candidates.write.llm.price");
  if (settings.judge) look_at(settings.judge->llm, "judge.llm.price");
  return join(missing, ", ");
}

std::string to_text(const app::Preview& preview) {
  const app::Plan& plan = preview.plan;
  std::string text = fmt::format(
      "candidates  {}\nexamples    train {}, dev {}, test {}\n"
      "calls       at most {}: {}{}search {}, baseline {}, test {}{}\n"
      "tokens      at most {} prompt and {} completion\n",
      preview.candidates, preview.train, preview.dev, preview.test, plan.calls(),
      plan.write_calls > 0 ? fmt::format("writing {}, ", plan.write_calls) : "",
      plan.reflect_outcomes > 0 ? fmt::format("reflection {}, ", plan.reflect_calls()) : "",
      plan.search_calls(), plan.baseline_outcomes * plan.repeats, plan.test_outcomes * plan.repeats,
      plan.judge_calls() > 0 ? fmt::format(", judge {}", plan.judge_calls()) : "",
      preview.cost.prompt_tokens, preview.cost.completion_tokens);
  text += preview.cost.usd
              ? fmt::format("dollars     at most {:.4f}\n", *preview.cost.usd)
              : "dollars     unknown: not set is " + missing_prices(preview.settings) + "\n";
  return text;
}

}  // namespace

int show_preview(const TaskOptions& task, const std::string& format) {
  const app::Preview preview = app::preview(task.task_file, task.overrides);
  for (const std::string& warning : preview.warnings) warn(warning);
  fmt::print("{}", format == "json" ? to_json(preview).dump(2) + "\n" : to_text(preview));
  return kDone;
}

}  // namespace zopo::cli
