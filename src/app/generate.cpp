#include "zopo/app/generate.h"

#include <chrono>

#include "app/endpoint.h"
#include "app/generation.h"
#include "zopo/app/inputs.h"
#include "zopo/store/atomic_file.h"

namespace zopo::app {
namespace {

void check_candidates_file(const std::filesystem::path& file) {
  const std::string kind = file.extension().string();
  if (kind == ".txt" || kind == ".jsonl") return;
  throw Failure(ErrorKind::usage, "--out " + file.string() +
                                      ": the extension says the kind; expected .txt (one candidate "
                                      "a line) or .jsonl.");
}

// As the task says, or the defaults where it names a file.
Settings generating(const GenerateOptions& options) {
  std::vector<Override> overrides = options.overrides;
  Settings asked = load_settings(options.task_file, overrides);
  if (asked.candidates.generate) return asked;
  const Override defaults{"candidates", nlohmann::json::object(), "zopo generate"};
  overrides.insert(overrides.begin(), defaults);
  asked = load_settings(options.task_file, overrides);
  if (asked.candidates.generate) return asked;
  overrides.push_back(defaults);  // the command line, too, may name a file
  return load_settings(options.task_file, overrides);
}

std::string text_of(const std::filesystem::path& file,
                    const std::vector<std::string>& prompts,
                    const std::vector<task::Generated>& made) {
  if (file.extension() == ".jsonl") return candidates_jsonl(prompts, made);
  std::string lines;
  for (const std::string& prompt : prompts) lines += prompt + "\n";
  return lines;
}

task::Generation ask(const GenerateOptions& options,
                     const Settings& settings,
                     const Inputs& inputs,
                     const std::filesystem::path& store) {
  const std::int64_t calls = settings.candidates.generate->calls;
  const auto start = system_clock().now();
  Endpoint endpoint(settings, store, options.interrupted);
  const auto show = [&](const task::GenerateProgress& at) {
    Progress progress;
    progress.stage = "generate";
    progress.distinct = at.distinct;
    progress.calls = at.replies;
    progress.calls_planned = calls;
    progress.calls_paid = endpoint.spent().calls_paid;
    progress.seconds = std::chrono::duration<double>(system_clock().now() - start).count();
    options.on_progress(progress);
  };
  return endpoint.generate(inputs, calls, show);
}

}  // namespace

GenerateReport generate(const GenerateOptions& options) {
  if (options.out) {
    check_candidates_file(*options.out);
    store::require_writable(*options.out);
  }
  const Settings settings = generating(options);
  const Inputs inputs = load_inputs(settings);
  for (const std::string& warning : inputs.warnings) options.on_warning(warning);
  GenerateReport report;
  report.store = options.store.value_or(settings.output.dir / "generate.db");
  if (report.store.has_parent_path())
    std::filesystem::create_directories(report.store.parent_path());
  const task::Generation made = ask(options, settings, inputs, report.store);
  for (const std::string& warning : generation_warnings(made, settings.candidates.generate->count))
    options.on_warning(warning);
  for (const task::Generated& candidate : made.candidates)
    report.prompts.push_back(candidate.prompt);
  report.replies = made.replies;
  report.calls_paid = made.calls_paid;
  report.dropped = dropped_text(made);
  report.error = generation_error(made);
  if (options.out && !report.prompts.empty()) {
    store::write_file_atomically(*options.out,
                                 text_of(*options.out, report.prompts, made.candidates));
  }
  return report;
}

}  // namespace zopo::app
