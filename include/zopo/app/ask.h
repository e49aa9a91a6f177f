#pragma once
// `zopo ask` and `zopo tell`: the search, with whatever scores prompts outside.
//
//   Asked asked = ask({.task_file = "task.json", .run = "runs/mine"});   // begins or goes on
//   tell("runs/mine", {{asked.open[0].id, 0.5}});
//
// The run's directory holds manifest.json and told.json, nothing else: the search is replayed from
// what was told, in its own order, so the order of telling does not matter and a run that was
// killed goes on where it was.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "zopo/llm/chat.h"
#include "zopo/settings/settings.h"

namespace zopo::app {

// "Score this prompt on this example."
struct Question {
  std::string id;  // "17/4": candidate and dev example
  std::string prompt, input;
  std::vector<std::string> references;
  std::vector<llm::Message> messages;  // the prompt filled in
};

struct Asked {
  std::vector<Question> open;  // of the current round, without those answered; empty: the end
  std::int64_t answered = 0;
  struct Best {
    std::int64_t id = 0;
    std::string prompt;
    double mean = 0;
  };
  std::optional<Best> best;  // what would be recommended now; at the end also in best_prompt.txt
};

struct AskOptions {
  std::filesystem::path task_file;  // of a new run; empty: the run's own
  std::vector<settings::Override> overrides;
  std::filesystem::path run;
};
// Throws Failure: a run that is none, a task that differs from the run's, candidates or embeddings
// that would have to be asked of a model.
Asked ask(const AskOptions& options);

// Durable when it returns. All scores or none: throws Failure{usage} for an id that is not open, a
// score outside [0, 1], and one that differs from what was told before.
Asked tell(const std::filesystem::path& run,
           const std::vector<std::pair<std::string, double>>& scores);

}  // namespace zopo::app
