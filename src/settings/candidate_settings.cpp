// Reads "candidates" and its parts. Called by settings.cpp.

#include "settings/candidate_settings.h"

#include <algorithm>
#include <optional>

namespace zopo::settings {
namespace {

using nlohmann::json;

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

// A prompt as long as the user's fits twice over.
constexpr std::size_t kMaxChars = 2000;

CandidateSettings::Write write_of(const json& section,
                                  std::size_t user_prompt,
                                  const std::function<LlmSettings(const json&)>& read_writer) {
  CandidateSettings::Write write;
  write.ways = section["ways"].get<std::vector<std::string>>();
  write.calls = section["calls"];
  write.initial = section["initial"];
  write.per_reply = section["per_reply"];
  write.demonstrations = section["demonstrations"];
  write.failures = section["failures"];
  write.reflect = section["reflect"];
  write.temperature = section["temperature"];
  write.near = section["near"];
  write.max_chars = section.value("max_chars", std::max(kMaxChars, 2 * user_prompt));
  write.keep = section["keep"].get<std::vector<std::string>>();
  // Thought comes before the prompt; a token is hardly ever shorter than two bytes.
  const auto needed =
      static_cast<int>((512 + user_prompt / 2) * section["per_reply"].get<std::size_t>());
  write.max_tokens = section.value("max_tokens", std::max(1024, needed));
  if (section.contains("llm")) write.llm = read_writer(section["llm"]);
  return write;
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
  for (const char* key : {"file", "write"}) {
    if (!task["candidates"].contains(key)) continue;
    refuse("/candidates",
           "\"exemplars\".\"instructions\" \"baseline\" excludes \"file\" and \"write\": there "
           "is one instruction. Remove them, or that.");
  }
}

}  // namespace

CandidateSettings candidate_settings(const json& task,
                                     const std::filesystem::path& directory,
                                     const std::optional<std::string>& baseline,
                                     const std::function<LlmSettings(const json&)>& read_writer,
                                     const Refuse& refuse) {
  const json& section = task["candidates"];
  CandidateSettings settings;
  settings.file = files_in(directory, section, "file");
  settings.scores = files_in(directory, section, "scores").value_or(settings.scores);
  if (section.contains("write")) {
    settings.write = write_of(section["write"], baseline ? baseline->size() : 0, read_writer);
  }
  if (section.contains("exemplars")) settings.exemplars = exemplars_of(section["exemplars"]);
  if (settings.exemplars && settings.exemplars->baseline_only) check_only_baseline(task, refuse);
  return settings;
}

void refuse_other_candidates(const CandidateSettings& candidates,
                             const EmbeddingSettings& embeddings,
                             const Refuse& refuse) {
  if (!embeddings.file) return;
  if (candidates.write) {
    refuse("/embeddings/file",
           "a file of embeddings has none of the candidates that \"candidates\".\"write\" is "
           "going to write. Remove one of the two, or name a \"provider\".");
  }
  if (candidates.exemplars) {
    refuse("/embeddings/file",
           "a file of embeddings has a row an instruction, and \"candidates\".\"exemplars\" makes "
           "other candidates of them. Remove one of the two, or name a \"provider\".");
  }
}

}  // namespace zopo::settings
