#include "zopo/app/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "zopo/run/endpoint.h"
#include "zopo/run/inputs.h"
#include "zopo/run/writing.h"
#include "zopo/run/written_files.h"
#include "zopo/store/atomic_file.h"

namespace zopo::app {
namespace {

using nlohmann::json;

void check_candidates_file(const std::filesystem::path& file) {
  const std::string kind = file.extension().string();
  if (kind == ".txt" || kind == ".jsonl") return;
  throw Failure(ErrorKind::usage, "--out " + file.string() +
                                      ": the extension says the kind; expected .txt (one candidate "
                                      "a line) or .jsonl.");
}

// As the task says, or the defaults where it only names a file. Nothing is searched, so the calls
// follow from what is wanted.
settings::Settings generating(const GenerateOptions& options) {
  const settings::Settings asked = settings::load_settings(options.task_file, options.overrides);
  std::vector<settings::Override> overrides = options.overrides;
  if (!asked.candidates.write) {
    overrides.insert(overrides.begin(), {"candidates.write", json::object(), "zopo generate"});
  }
  const bool has_calls =
      asked.candidates.write && asked.canonical["candidates"]["write"].contains("calls") &&
      std::any_of(overrides.begin(), overrides.end(), [](const settings::Override& one) {
        return one.path == "candidates.write.calls";
      });
  if (!has_calls) overrides.push_back({"candidates.write.calls", 2 * options.count, "--count"});
  return settings::load_settings(options.task_file, overrides);
}

std::string text_of(const std::filesystem::path& file,
                    const std::vector<task::Candidate>& candidates) {
  if (file.extension() == ".jsonl") return run::candidates_jsonl(candidates);
  std::string lines;
  for (const task::Candidate& one : candidates) lines += one.instruction + "\n";
  return lines;
}

// A line of a .txt is a candidate.
void refuse_lines(const std::filesystem::path& file, const std::vector<task::Candidate>& made) {
  if (file.extension() != ".txt") return;
  const bool has_lines = std::any_of(made.begin(), made.end(), [](const task::Candidate& one) {
    return one.instruction.find('\n') != std::string::npos;
  });
  if (!has_lines) return;
  throw Failure(ErrorKind::usage,
                "--out " + file.string() +
                    ": some prompts have several lines, and a .txt holds one prompt a line. Name a "
                    ".jsonl; nothing is paid again.");
}

write::WrittenBatch write_all(const GenerateOptions& options,
                              const settings::Settings& settings,
                              const run::Inputs& inputs,
                              const std::filesystem::path& store) {
  const settings::CandidateSettings::Write& wanted = *settings.candidates.write;
  const auto start = system_clock().now();
  run::Endpoint endpoint(settings, store, options.interrupted);
  run::Writing writing(settings, endpoint, inputs, wanted.calls, 0);
  const auto there = static_cast<std::int64_t>(inputs.instructions.size());
  const auto show = [&](const write::WrittenBatch& at) {
    run::Progress progress;
    progress.stage = "write";
    progress.distinct = there + static_cast<std::int64_t>(at.written.size());
    progress.calls = at.replies;
    progress.calls_planned = wanted.calls;
    progress.calls_paid = endpoint.spent().calls_paid;
    progress.seconds = std::chrono::duration<double>(system_clock().now() - start).count();
    options.on_progress(progress);
  };
  return writing.fill(std::max<std::int64_t>(0, options.count - there), show);
}

std::vector<std::string> shortfall(const write::WrittenBatch& made,
                                   std::int64_t distinct,
                                   std::int64_t wanted,
                                   std::int64_t calls) {
  if (made.error || distinct >= wanted) return {};
  const char* why = made.replies < calls ? "the writer repeats itself" : "the calls are used up";
  return {fmt::format("{} of {} candidates after {} replies: {} ({})", distinct, wanted,
                      made.replies, why, run::dropped_text(made))};
}

}  // namespace

GenerateReport generate(const GenerateOptions& options) {
  if (options.out) {
    check_candidates_file(*options.out);
    store::require_writable(*options.out);
  }
  const settings::Settings settings = generating(options);
  const run::Inputs inputs = run::load_inputs(settings);
  for (const std::string& warning : inputs.warnings) options.on_warning(warning);
  GenerateReport report;
  report.store = options.store.value_or(settings.output.dir / "generate.db");
  if (report.store.has_parent_path())
    std::filesystem::create_directories(report.store.parent_path());
  write::WrittenBatch made = write_all(options, settings, inputs, report.store);
  std::vector<task::Candidate> all = inputs.instructions;
  for (task::Candidate& one : run::as_candidates(made.written)) all.push_back(std::move(one));
  const auto distinct = static_cast<std::int64_t>(all.size());
  for (const std::string& warning :
       shortfall(made, distinct, options.count, settings.candidates.write->calls))
    options.on_warning(warning);
  for (const task::Candidate& one : all) report.prompts.push_back(one.instruction);
  report.replies = made.replies;
  report.calls_paid = made.calls_paid;
  report.dropped = run::dropped_text(made);
  report.error = run::writing_error(made, false);
  report.rejected = std::move(made.dropped);
  if (options.out && !(made.written.empty() && report.error)) {
    refuse_lines(*options.out, all);
    store::write_file_atomically(*options.out, text_of(*options.out, all));
  }
  return report;
}

}  // namespace zopo::app
