// Reads "metric", "metrics" and "judge". Called by settings.cpp and candidate_settings.cpp.

#include "settings/metric_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "zopo/score/metric.h"

namespace zopo::settings {
namespace {

using nlohmann::json;

MetricSettings metric_of(const json& section, const std::filesystem::path& directory) {
  const std::string name = section.value("name", "exact_match");
  json options = section["options"];
  if (name == "command") {
    const std::string within = options.value("directory", std::string());
    options["directory"] = std::filesystem::absolute(directory / "." / within).string();
  }
  return {name,
          section.value("label", name),
          section.value("weight", 1.0),
          section["extract"],
          section.value("normalize", score::conventional_normalization(name)),
          options,
          section.value("rubric", std::string()),
          section.contains("name"),
          section.contains("normalize")};
}

// The objective has all of the weight.
void weigh(const json& sections, std::vector<MetricSettings>& metrics, const Refuse& refuse) {
  const auto marked = [](const json& section) { return section.value("objective", false); };
  const auto objectives = std::count_if(sections.begin(), sections.end(), marked);
  if (objectives == 0) return;
  if (objectives > 1) refuse("/metrics", "more than one \"objective\". Weigh them instead.");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (sections[i].contains("weight"))
      refuse("/metrics", "\"objective\" and \"weight\" exclude each other. Keep one.");
    metrics[i].weight = marked(sections[i]) ? 1 : 0;
  }
}

void check_weights_and_labels(const std::vector<MetricSettings>& metrics, const Refuse& refuse) {
  double weight = 0;
  std::set<std::string> labels;
  for (const MetricSettings& one : metrics) {
    weight += one.weight;
    if (!labels.insert(one.label).second)
      refuse("/metrics", "two are called \"" + one.label + "\". Give them a \"label\" each.");
  }
  if (!(weight > 0)) refuse("/metrics", "all weights are 0: nothing is left to search for.");
}

// Does any metric need a judge? Those that do get their rubrics.
bool fill_rubrics(const json& task, Settings& others, const Refuse& refuse) {
  bool needed = false;
  for (MetricSettings& one : others.metrics) {
    if (!one.is_graded() && !one.is_compared()) {
      if (!one.rubric.empty())
        refuse("/metric", "\"rubric\" goes with the metrics judge and preference.");
      continue;
    }
    needed = true;
    if (!task.contains("judge"))
      refuse("/metric", "metric " + one.name + " needs the section \"judge\": who judges.");
    if (one.rubric.empty()) one.rubric = task["judge"].value("rubric", std::string());
    if (one.rubric.empty())
      refuse("/judge", "\"rubric\" is missing: what makes an answer a good one, in words.");
    if (one.is_compared() && !others.baseline)
      refuse("/prompt", "metric preference compares with the replies of \"baseline\": set it.");
  }
  return needed;
}

// One who is asked as a command is, one question at a time, and is not paid by the token.
LlmSettings person() {
  LlmSettings settings;
  settings.provider = "exec";
  settings.model = "person";
  settings.command = {"person"};
  settings.max_tokens = 32;
  settings.extra = json::object();
  settings.concurrency = 1;
  settings.price = Price{};
  return settings;
}

void check_person(const json& section, const Settings& others, const Refuse& refuse) {
  if (section.contains("llm")) refuse("/judge", "\"llm\" goes with \"by\": \"llm\".");
  for (const MetricSettings& one : others.metrics) {
    if (one.is_graded())
      refuse("/judge/by", "a person compares: name metric preference, not judge.");
  }
}

}  // namespace

std::vector<MetricSettings> metric_settings(const json& task,
                                            const std::filesystem::path& directory,
                                            const Refuse& refuse) {
  if (!task.contains("metrics")) {
    for (const char* key : {"weight", "objective", "label"}) {
      if (task["metric"].contains(key))
        refuse("/metric", fmt::format("\"{}\" goes with several \"metrics\".", key));
    }
    return {metric_of(task["metric"], directory)};
  }
  std::vector<MetricSettings> metrics;
  for (const json& section : task["metrics"]) metrics.push_back(metric_of(section, directory));
  weigh(task["metrics"], metrics, refuse);
  check_weights_and_labels(metrics, refuse);
  return metrics;
}

std::optional<JudgeSettings> judge_settings(const json& task,
                                            Settings& others,
                                            const std::function<LlmSettings(const json&)>& read_llm,
                                            const Refuse& refuse) {
  if (!fill_rubrics(task, others, refuse)) {
    if (task.contains("judge"))
      refuse("/judge", "no metric asks it. Name metric judge or preference, or remove it.");
    return std::nullopt;
  }
  const json& section = task["judge"];
  JudgeSettings judge;
  judge.low = section["scale"][0];
  judge.high = section["scale"][1];
  if (!(judge.low < judge.high)) refuse("/judge/scale", "expected [worst, best], worst < best.");
  judge.references = section["references"];
  judge.is_person = section["by"] == "person";
  judge.both_orders = section.value("both_orders", !judge.is_person);
  if (judge.is_person) {
    check_person(section, others, refuse);
    judge.llm = person();
    return judge;
  }
  if (!section.contains("llm"))
    refuse("/judge", "\"llm\" is missing: the model that judges, or \"by\": \"person\".");
  judge.llm = read_llm(section["llm"]);
  return judge;
}

}  // namespace zopo::settings
