#include "app/candidate_settings.h"

#include <optional>

namespace zopo::app {
namespace {

using nlohmann::json;

std::optional<std::filesystem::path> file_in(const std::filesystem::path& directory,
                                             const json& section,
                                             const char* key) {
  if (!section.contains(key)) return std::nullopt;
  return directory / section[key].get<std::string>();
}

// A name, or a list of names and globs.
std::optional<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& directory,
                                                           const json& section,
                                                           const char* key) {
  if (!section.contains(key)) return std::nullopt;
  const json& names = section[key];
  std::vector<std::filesystem::path> files;
  for (const json& name : names.is_array() ? names : json::array({names}))
    files.push_back(directory / name.get<std::string>());
  return files;
}

CandidateSettings::Generate generate_of(
    const json& section,
    const std::filesystem::path& directory,
    const std::function<LlmSettings(const json&)>& read_writer) {
  CandidateSettings::Generate generate;
  generate.count = section["count"];
  generate.calls = section.value("calls", 2 * generate.count);
  generate.demonstrations = section["demonstrations"];
  generate.samples = section["samples"];
  generate.temperature = section["temperature"];
  generate.max_tokens = section["max_tokens"];
  generate.near = section["near"];
  for (const json& way : section["ways"])
    generate.ways.push_back(task::way_of(way.get<std::string>()));
  generate.seeds = file_in(directory, section, "seeds");
  if (section.contains("llm")) generate.llm = read_writer(section["llm"]);
  return generate;
}

CandidateSettings::Grow grow_of(const json& section) {
  return {section["calls"],       section["at_once"],    section["demonstrations"],
          section["temperature"], section["max_tokens"], section["near"]};
}

CandidateSettings::Exemplars exemplars_of(const json& section) {
  std::optional<std::int64_t> refine;
  if (section.contains("refine")) refine = section["refine"];
  return {section["count"], section["sample"], section["instructions"] == "baseline", refine,
          section["template"]};
}

void check_only_baseline(const json& task, const Refuse& refuse) {
  if (!task["prompt"].contains("baseline")) {
    refuse("/candidates/exemplars/instructions",
           "\"baseline\" takes prompt.baseline for the only instruction, and there is none. Set "
           "it.");
  }
  for (const char* key : {"file", "generate", "grow"}) {
    if (!task["candidates"].contains(key)) continue;
    refuse("/candidates",
           "\"exemplars\".\"instructions\" \"baseline\" excludes \"file\", \"generate\" and "
           "\"grow\": there is one instruction. Remove them, or that.");
  }
}

}  // namespace

CandidateSettings candidate_settings(const json& task,
                                     const std::filesystem::path& directory,
                                     const std::function<LlmSettings(const json&)>& read_writer,
                                     const Refuse& refuse) {
  const json& section = task["candidates"];
  if (section.contains("file") && section.contains("generate")) {
    refuse("/candidates",
           "\"file\" and \"generate\" exclude each other. Keep one; prompts to start from are "
           "\"generate\".\"seeds\".");
  }
  CandidateSettings settings;
  settings.file = files_in(directory, section, "file");
  if (section.contains("generate"))
    settings.generate = generate_of(section["generate"], directory, read_writer);
  if (section.contains("grow")) settings.grow = grow_of(section["grow"]);
  if (section.contains("exemplars")) settings.exemplars = exemplars_of(section["exemplars"]);
  if (settings.exemplars && settings.exemplars->baseline_only) check_only_baseline(task, refuse);
  return settings;
}

void refuse_other_candidates(const CandidateSettings& candidates,
                             const EmbeddingSettings& embeddings,
                             const Refuse& refuse) {
  if (!embeddings.file) return;
  if (candidates.generate) {
    refuse("/embeddings/file",
           "a file of embeddings needs \"candidates\".\"file\": what is going to be generated "
           "has none yet. Remove it, or name the candidates.");
  }
  if (candidates.exemplars) {
    refuse("/embeddings/file",
           "a file of embeddings has a row an instruction, and \"candidates\".\"exemplars\" makes "
           "other candidates of them. Remove one of the two, or name a \"provider\".");
  }
  if (candidates.grow) {
    refuse("/embeddings/file",
           "a file of embeddings has none of the candidates that \"candidates\".\"grow\" is going "
           "to write. Remove one of the two, or name a \"provider\".");
  }
}

}  // namespace zopo::app
