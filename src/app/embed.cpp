#include "zopo/app/embed.h"

#include <chrono>

#include "zopo/base/clock.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/data/embeddings.h"
#include "zopo/data/embeddings_manifest.h"
#include "zopo/features/text_features.h"
#include "zopo/run/candidate_embeddings.h"
#include "zopo/run/endpoint.h"
#include "zopo/run/inputs.h"
#include "zopo/store/atomic_file.h"

namespace zopo::app {
namespace {

void check_npy_name(const std::filesystem::path& file) {
  if (file.extension() != ".npy") {
    throw Failure(ErrorKind::usage,
                  "--out " + file.string() + ": the extension says the kind; expected .npy.");
  }
  if (file.has_parent_path() && !std::filesystem::is_directory(file.parent_path()))
    throw Failure(ErrorKind::usage, "--out " + file.string() + ": there is no such directory.");
}

// As the task says; but it may well name the very file that is to be written.
settings::Settings embedding(const EmbedOptions& options) {
  std::vector<settings::Override> overrides = options.overrides;
  overrides.push_back({"embeddings.file", nullptr, "zopo embed"});
  if (options.candidates) {
    const std::string file = std::filesystem::absolute(*options.candidates).string();
    overrides.push_back({"candidates", {{"file", file}}, "--candidates"});
  }
  settings::Settings settings = settings::load_settings(options.task_file, overrides);
  if (settings.candidates.file) return settings;
  throw Failure(ErrorKind::config,
                "/candidates: there is nothing to embed: the candidates are yet to be written. "
                "Write them with zopo generate --out FILE, then name it with --candidates FILE.");
}

run::CandidateEmbeddings ask_for_embeddings(const EmbedOptions& options,
                                            const settings::Settings& settings,
                                            const std::vector<std::string>& texts,
                                            run::Endpoint& endpoint) {
  const auto start = system_clock().now();
  run::Progress progress;
  progress.stage = "embed";
  const auto n = static_cast<std::int64_t>(texts.size());
  progress.calls_planned = (n + settings.embeddings.batch - 1) / settings.embeddings.batch;
  return run::embed_candidates(settings, endpoint, texts, "", [&](std::int64_t more) {
    const run::Endpoint::Spent spent = endpoint.spent();
    progress.embedded += more;
    progress.calls = spent.calls_paid + spent.calls_cached;
    progress.calls_paid = spent.calls_paid;
    progress.seconds = std::chrono::duration<double>(system_clock().now() - start).count();
    options.on_progress(progress);
  });
}

void write_embeddings(const EmbedOptions& options,
                      const settings::Settings& settings,
                      const std::vector<std::string>& texts,
                      const run::CandidateEmbeddings& made,
                      EmbedReport& report) {
  data::save_npy(options.out, made.vectors);
  const bool by_endpoint = made.provider != "features";
  const data::EmbeddingsManifest manifest{
      made.provider, by_endpoint ? settings.embeddings.model : "", made.models,  made.vectors.dim(),
      texts,         sha256_hex(read_file(options.out)),           made.fallback};
  report.manifest = data::manifest_beside(options.out);
  store::write_file_atomically(report.manifest, data::to_json(manifest));
  report.rows = made.vectors.rows();
  report.dim = made.vectors.dim();
  report.by = by_endpoint ? settings.embeddings.model : "the built-in features";
  if (!made.fallback.empty()) options.on_warning(run::fallback_warning(made.fallback));
}

std::filesystem::path open_store_of(const EmbedOptions& options,
                                    const settings::Settings& settings) {
  std::filesystem::path store = options.store.value_or(settings.output.dir / "embed.db");
  if (store.has_parent_path()) std::filesystem::create_directories(store.parent_path());
  return store;
}

}  // namespace

EmbedReport embed(const EmbedOptions& options) {
  check_npy_name(options.out);
  store::require_writable(options.out);
  store::require_writable(data::manifest_beside(options.out));
  const settings::Settings settings = embedding(options);
  const std::vector<std::string> texts = run::given_instructions(settings);
  EmbedReport report;
  if (settings.embeddings.provider == "features") {
    const run::CandidateEmbeddings made{
        features::text_features(texts, {.dim = settings.embeddings.dim}), "features", {}, ""};
    write_embeddings(options, settings, texts, made, report);
    return report;
  }
  report.store = open_store_of(options, settings);
  run::Endpoint endpoint(settings, *report.store, options.interrupted);
  try {
    const run::CandidateEmbeddings made = ask_for_embeddings(options, settings, texts, endpoint);
    write_embeddings(options, settings, texts, made, report);
  } catch (const Failure& failure) {
    report.error = failure.error().with_context("embeddings");
  }
  const run::Endpoint::Spent spent = endpoint.spent();
  report.calls_paid = spent.calls_paid;
  report.calls_cached = spent.calls_cached;
  return report;
}

}  // namespace zopo::app
