#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "zopo/app/cache.h"

namespace zopo::cli {
namespace {

using nlohmann::json;
using Time = std::optional<std::chrono::system_clock::time_point>;

struct CacheRequest {
  std::string file, format = "text", model;
  double older_than = -1;  // days; none
};

std::string date(const Time& time) {
  if (!time) return "unknown";
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(*time)));
}

json to_json(const app::CacheStats& stats) {
  return {{"records", stats.records},
          {"bytes", stats.bytes},
          {"answers_by_model", stats.answers_by_model},
          {"embeddings", stats.embeddings},
          {"unreadable", stats.unreadable},
          {"undated", stats.undated},
          {"oldest", stats.oldest ? json(date(stats.oldest)) : json()},
          {"newest", stats.newest ? json(date(stats.newest)) : json()}};
}

std::string to_text(const app::CacheStats& stats) {
  std::string text = fmt::format("records     {}\nbytes       {}\n", stats.records, stats.bytes);
  for (const auto& [model, answers] : stats.answers_by_model) {
    text +=
        fmt::format("answers     {} of {}\n", answers, model.empty() ? "no named model" : model);
  }
  if (stats.embeddings > 0) text += fmt::format("embeddings  {}\n", stats.embeddings);
  if (stats.unreadable > 0) text += fmt::format("unreadable  {}\n", stats.unreadable);
  if (stats.oldest) {
    text += fmt::format("stored      {} to {}\n", date(stats.oldest), date(stats.newest));
  }
  if (stats.undated > 0) text += fmt::format("undated     {}\n", stats.undated);
  return text;
}

int show_stats(const CacheRequest& request) {
  const app::CacheStats stats = app::cache_stats(request.file);
  print_result("{}", request.format == "json" ? to_json(stats).dump(2) + "\n" : to_text(stats));
  return kDone;
}

int prune(const CacheRequest& request) {
  app::PruneOptions options;
  if (request.older_than >= 0) options.older_than_days = request.older_than;
  if (!request.model.empty()) options.model = request.model;
  const app::PruneReport report = app::prune_cache(request.file, options, system_clock());
  print_result("{} removed, {} left\n", report.removed, report.left);
  return kDone;
}

int verify(const CacheRequest& request) {
  const std::vector<std::string> problems = app::verify_cache(request.file);
  for (const std::string& problem : problems) print_result("{}\n", problem);
  if (problems.empty()) return print_result("no problems found\n"), kDone;
  say_how_it_ended(kUsage, fmt::format("{} problem(s) in {}", problems.size(), request.file),
                   "restore it from a copy, or remove it and pay for its answers again");
  return kUsage;
}

}  // namespace

void add_cache(CommandLine& line) {
  const auto request = std::make_shared<CacheRequest>();
  CLI::App& cache =
      line.add(line.app(), "cache", "What a response store holds (of a run, or of --cache).", [] {
        throw CLI::RequiredError("stats, prune or verify");
        return kUsage;
      });
  cache.require_subcommand(1);
  cache.footer(
      "Examples:\n"
      "  zopo cache stats runs/20260101T000000Z-plural-1a2b3c4d\n"
      "  zopo cache prune answers.db --older-than 90\n"
      "  zopo cache verify answers.db");
  const auto add = [&](const char* name, const char* help, int (*execute)(const CacheRequest&)) {
    CLI::App& command =
        line.add(cache, name, help, [request, execute] { return execute(*request); });
    command.add_option("path", request->file, "A response store, or a run's directory.")
        ->required()
        ->type_name("PATH");
    command.footer(fmt::format("Examples:\n  zopo cache {} answers.db", name));
    return &command;
  };
  add_format(*add("stats", "Counts, bytes, models and dates.", show_stats), request->format);
  CLI::App& command = *add("prune", "Remove records by age or model.", prune);
  add_option(command, "--older-than", request->older_than, "Stored more than so many days ago.")
      ->type_name("DAYS")
      ->check(CLI::NonNegativeNumber.description(""));
  add_option(command, "--model", request->model, "Answers of this model, as it named itself.")
      ->type_name("NAME");
  add("verify",
      "Check the pages, that every record is, by its checksum, what was stored under its key, and "
      "that it can be read. Requests are not stored, so keys are not computed again.",
      verify);
}

}  // namespace zopo::cli
