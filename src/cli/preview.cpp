#include "cli/preview.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "zopo/base/text.h"
#include "zopo/run/optimize.h"

namespace zopo::cli {
namespace {

using nlohmann::json;

json dollars(const std::optional<double>& usd) { return usd ? json(*usd) : json(nullptr); }

json to_json_data(const run::Preview& preview) {
  json messages = json::array();
  for (const llm::Message& message : preview.first_messages)
    messages.push_back({{"role", message.role}, {"content", message.content}});
  return {{"layout", preview.layout},
          {"fields", preview.fields},
          {"outputs", preview.outputs},
          {"metric", preview.metric},
          {"first", {{"messages", messages}, {"references", preview.first_references}}}};
}

json to_json(const run::Preview& preview) {
  const run::CostBound& cost = preview.cost;
  return {
      {"valid", true},
      {"candidates", preview.candidates},
      {"data", to_json_data(preview)},
      {"examples", {{"train", preview.train}, {"dev", preview.dev}, {"test", preview.test}}},
      {"calls",
       {{"write", preview.plan.write_calls},
        {"embed", preview.plan.embed_calls},
        {"search", preview.plan.search_calls()},
        {"reflect", preview.plan.reflect_calls()},
        {"baseline", preview.plan.baseline_calls()},
        {"test", preview.plan.test_calls()},
        {"judge", preview.plan.judge_calls()},
        {"typical", cost.typical.calls},
        {"total", cost.calls}}},
      {"tokens_at_most", {{"prompt", cost.prompt_tokens}, {"completion", cost.completion_tokens}}},
      {"tokens_typical",
       {{"prompt", cost.typical.prompt_tokens}, {"completion", cost.typical.completion_tokens}}},
      {"usd_at_most", dollars(cost.usd)},
      {"usd_typical", dollars(cost.typical.usd)}};
}

std::string missing_prices(const settings::Settings& settings) {
  std::vector<std::string> missing;
  const auto look_at = [&](const settings::LlmSettings& llm, const char* key) {
    if (!llm.price) missing.emplace_back(key);
  };
  look_at(settings.llm, "llm.price");
  const auto& write = settings.candidates.write;
  if (write && write->llm) look_at(*write->llm, "candidates.write.llm.price");
  const bool embeds = !settings.embeddings.file && settings.embeddings.provider != "features";
  if (embeds && !settings.embeddings.usd_per_million)
    missing.emplace_back("embeddings.usd_per_million");
  if (settings.judge) look_at(settings.judge->llm, "judge.llm.price");
  return join(missing, ", ");
}

// The lines of a text, each after a bar, and no more than a screen of them.
std::string barred(const std::string& text) {
  constexpr std::size_t kMostBytes = 2000;
  const std::string_view shown = beginning(text, kMostBytes);
  std::string made;
  for (const std::string_view line : split_lines(shown)) made += fmt::format("  | {}\n", line);
  return made + (shown.size() < text.size() ? "  | ..\n" : "");
}

std::string data_text(const run::Preview& preview) {
  std::string text = fmt::format("data        {}\noutputs     {}; metric {}\n", preview.layout,
                                 preview.outputs, preview.metric);
  if (!preview.fields.empty()) text += "fields      " + join(preview.fields, ", ") + "\n";
  text += "first example, as the model will see it:\n";
  for (const llm::Message& message : preview.first_messages)
    text += "  " + message.role + ":\n" + barred(message.content);
  return text + "  expected: " + join(preview.first_references, " | or | ") + "\n";
}

std::string to_text(const run::Preview& preview) {
  const run::Plan& plan = preview.plan;
  const run::CostBound& cost = preview.cost;
  const auto part = [](const char* name, std::int64_t calls) {
    return calls > 0 ? fmt::format("{} {}, ", name, calls) : "";
  };
  std::string text = fmt::format(
      "candidates  {}\nexamples    train {}, dev {}, test {}\n"
      "calls       typically {}, at most {}: {}{}{}search {}, baseline {}, test {}{}\n"
      "tokens      typically {} prompt and {} completion, at most {} and {}\n",
      preview.candidates, preview.train, preview.dev, preview.test, cost.typical.calls, cost.calls,
      part("writing", plan.write_calls), part("reflection", plan.reflect_calls()),
      part("embeddings", plan.embed_calls), plan.search_calls(), plan.baseline_calls(),
      plan.test_calls(),
      plan.judge_calls() > 0 ? fmt::format(", judge {}", plan.judge_calls()) : "",
      cost.typical.prompt_tokens, cost.typical.completion_tokens, cost.prompt_tokens,
      cost.completion_tokens);
  text = data_text(preview) + text;
  text += cost.usd ? fmt::format("dollars     typically {:.4f}, at most {:.4f}\n",
                                 cost.typical.usd.value_or(0), *cost.usd)
                   : "dollars     unknown until you set " + missing_prices(preview.settings) + "\n";
  return text;
}

}  // namespace

int show_preview(const TaskOptions& task, const std::string& format) {
  const run::Preview preview = run::preview(task.task_file, task.overrides);
  for (const std::string& warning : preview.warnings) warn(warning);
  constexpr std::size_t kFewDev = 40;
  if (preview.dev < kFewDev)
    warn(
        fmt::format("dev has {} example(s). With fewer than {} it is hard to tell prompts apart. "
                    "For the same number of calls, more examples help more than more prompts.",
                    preview.dev, kFewDev));
  print_result("{}", format == "json" ? to_json(preview).dump(2) + "\n" : to_text(preview));
  return kDone;
}

}  // namespace zopo::cli
