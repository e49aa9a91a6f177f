#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "zopo/app/ask.h"

namespace zopo::cli {
namespace {

using nlohmann::json;

struct AskRequest {
  TaskFlags flags;
  std::string run;
};

struct TellRequest {
  std::string run;
  std::vector<std::string> pairs;  // id, score, id, score, ..
};

json to_json(const app::Question& question) {
  json messages = json::array();
  for (const llm::Message& message : question.messages)
    messages.push_back({{"role", message.role}, {"content", message.content}});
  return {{"id", question.id},
          {"prompt", question.prompt},
          {"input", question.input},
          {"references", question.references},
          {"messages", messages}};
}

int end(const app::Asked& asked, const std::string& run) {
  std::string what = fmt::format("{} scores told, {} asked for", asked.answered, asked.open.size());
  if (asked.best) what += fmt::format("; best so far {:.3f}: {}", asked.best->mean, asked.best->id);
  if (asked.open.empty()) what += "; the search is done, see " + run + "/best_prompt.txt";
  return say_how_it_ended(kDone, what, ""), kDone;
}

int execute(const AskRequest& request) {
  const bool is_begun =
      std::filesystem::exists(std::filesystem::path(request.run) / "manifest.json");
  const TaskOptions task = is_begun ? request.flags.read() : request.flags.read_task();
  const app::Asked asked = app::ask({task.task_file, task.overrides, request.run});
  for (const app::Question& question : asked.open)
    print_result("{}\n", to_json(question).dump(-1, ' ', false, json::error_handler_t::replace));
  return end(asked, request.run);
}

double score_in(const std::string& text) {
  double score = 0;
  if (CLI::detail::lexical_cast(text, score)) return score;
  throw CLI::ConversionError(text, "SCORE");
}

int execute(const TellRequest& request) {
  if (request.pairs.size() % 2 != 0) throw CLI::RequiredError("a SCORE for every ID");
  std::vector<std::pair<std::string, double>> scores;
  for (std::size_t i = 0; i < request.pairs.size(); i += 2)
    scores.emplace_back(request.pairs[i], score_in(request.pairs[i + 1]));
  return end(app::tell(request.run, scores), request.run);
}

}  // namespace

void add_ask(CommandLine& line) {
  const auto request = std::make_shared<AskRequest>();
  CLI::App& command = line.add(
      line.app(), "ask", "Which prompts to score next, for a scorer of your own; sends nothing.",
      [request] { return execute(*request); });
  request->flags.add_to(command, false);
  command
      .add_option(
          "run", request->run,
          "The run's directory; made when absent, for --task or the task.json of this folder.")
      ->required()
      ->type_name("RUN");
  command.footer(
      "Examples:\n"
      "  zopo ask runs/mine                          a line of JSON for each prompt and example\n"
      "  zopo tell runs/mine 17/4 1 17/9 0.5         their scores, from 0 to 1, in any order\n"
      "  zopo ask runs/mine                          what is left of the round, or the next one\n"
      "  zopo ask --task other.json runs/other       a run of another task file\n\n"
      "When nothing is asked for any more, best_prompt.txt holds the winner.");
}

void add_tell(CommandLine& line) {
  const auto request = std::make_shared<TellRequest>();
  CLI::App& command =
      line.add(line.app(), "tell", "Scores of what zopo ask asked for; kept at once.",
               [request] { return execute(*request); });
  command.add_option("run", request->run, "The run's directory.")->required()->type_name("RUN");
  command.add_option("pairs", request->pairs, "Ids and their scores, from 0 to 1.")
      ->required()
      ->type_name("ID SCORE");
  command.footer("Examples:\n  zopo tell runs/mine 17/4 1 17/9 0.5");
}

}  // namespace zopo::cli
