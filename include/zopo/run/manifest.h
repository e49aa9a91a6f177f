#pragma once
// manifest.json: what a run is made of, so that it can be gone on with, repeated and read later;
// and what it found.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "zopo/run/inputs.h"
#include "zopo/settings/settings.h"
#include "zopo/store/run_dir.h"

namespace zopo::run {

// Of a run that is gone on with: its answers stay keyed by the address that the endpoint had when
// the run began. Throws Failure{config} where an address has changed since, unless same_model says
// that the same model answers there.
void keep_addresses(const store::RunDir& run, bool same_model, settings::Settings& settings);

// Likewise: candidates.scores means the files that it meant when the run began, whatever a glob
// matches now, such as the run's own scores.json.
void keep_known_scores(const store::RunDir& run, settings::Settings& settings);

nlohmann::json make_manifest(const settings::Settings& settings,
                             const std::vector<settings::Override>& overrides,
                             const Inputs& inputs,
                             const std::string& embeddings_hash);

// What `zopo evaluate` scores; stands in its run's manifest beside the rest.
struct EvaluatedPrompts {
  std::vector<task::Candidate> prompts;
  std::string split;
};
nlohmann::json to_json(const EvaluatedPrompts& evaluated);
// Throws Failure{usage} for the run of another command. This and what follows: Failure{data} for a
// file that is no manifest.
EvaluatedPrompts evaluated_prompts(const store::RunDir& run);

// Null for a new run.
nlohmann::json manifest_so_far(const store::RunDir& run);

// Writes the manifest into a new run, or over that of a run gone on with (check_same_run), whose
// time of creation stays. Returns it as written.
nlohmann::json settle_manifest(const store::RunDir& run, nlohmann::json manifest);

// Why the built-in features stand in for an endpoint without embeddings; "" where they do not. Once
// noted it holds for every later part of the run.
std::string embeddings_fallback(const nlohmann::json& manifest);
void note_embeddings_fallback(const store::RunDir& run,
                              nlohmann::json& manifest,
                              const std::string& why);

// Of settings and inputs, without what only says how to run (output, timeouts, concurrency). Names
// the run directory.
std::string run_hash(const nlohmann::json& manifest);

// What `--resume RUN` without --task goes on with.
struct ResumedTask {
  std::filesystem::path task_file;
  std::vector<settings::Override> overrides;
};
ResumedTask resumed_task(const store::RunDir& run);

// The winner in result.json. Throws Failure{data} for a run without one.
task::Candidate best_prompt_of(const store::RunDir& run);

// Throws Failure{config} when a setting or input that shapes the run differs: names it and both
// values. Caps of the budget and how to run (output, timeouts, concurrency) may change.
void check_same_run(const nlohmann::json& before,
                    const nlohmann::json& now,
                    const std::filesystem::path& run);

}  // namespace zopo::run
