#pragma once
// The section "candidates" of a valid task with its defaults filled in.

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "settings/metric_settings.h"
#include "zopo/settings/settings.h"

namespace zopo::settings {

// directory: that files are relative to. baseline: the prompt in use. read_writer: reads
// "write"."llm". Throws Failure{config} for keys that do not go together.
CandidateSettings candidate_settings(
    const nlohmann::json& task,
    const std::filesystem::path& directory,
    const std::optional<std::string>& baseline,
    const std::function<LlmSettings(const nlohmann::json&)>& read_writer,
    const Refuse& refuse);

// A file of embeddings has a row for each of the file's candidates, and for no other.
void refuse_other_candidates(const CandidateSettings& candidates,
                             const EmbeddingSettings& embeddings,
                             const Refuse& refuse);

}  // namespace zopo::settings
