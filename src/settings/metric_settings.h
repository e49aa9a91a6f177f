#pragma once
// The sections "metric", "metrics" and "judge" of a valid task with its defaults filled in.

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/settings/settings.h"

namespace zopo::settings {

// Throws Failure{config} that says where: a JSON pointer, and why.
using Refuse = std::function<void(const char* pointer, const std::string& message)>;

// directory: that a command's own is relative to.
std::vector<MetricSettings> metric_settings(const nlohmann::json& task,
                                            const std::filesystem::path& directory,
                                            const Refuse& refuse);

// Nothing when no metric needs one. Fills in the rubrics of others' metrics that have none of their
// own. read_llm: reads a section of the form of "llm".
std::optional<JudgeSettings> judge_settings(
    const nlohmann::json& task,
    Settings& others,
    const std::function<LlmSettings(const nlohmann::json&)>& read_llm,
    const Refuse& refuse);

}  // namespace zopo::settings
