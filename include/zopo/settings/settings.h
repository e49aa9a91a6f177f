#pragma once
// From a task file and overrides to Settings, the only type the rest of the program accepts.
//
//   Settings settings = load_settings("task.json", overrides);
//
// Precedence: override (flag, then ZOPO_ variable; the caller orders them) > file > default. The
// schema is the one source of names, types and defaults.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "zopo/llm/chat.h"
#include "zopo/llm/chat_settings.h"

namespace zopo::settings {

// "optimizer.seed" = 3, from the command line or the environment. source names it in messages:
// "--seed".
struct Override {
  std::string path;      // keys joined by dots
  nlohmann::json value;  // null: the setting is taken out of the file
  std::string source;
};

struct DataSettings {
  std::optional<std::filesystem::path> train, dev, test, file;
  struct Split {
    double train = 0, dev = 0, test = 0;
    std::uint64_t seed = 0;
    bool stratify = false;
  };
  std::optional<Split> split;
  std::optional<std::string> input_field, output_field;
  std::vector<std::string> labels = {};  // of whole numbers in the output
  // Examples of a side that are used at most, drawn at random; nothing: all.
  std::optional<std::int64_t> most_dev = {}, most_test = {};
  bool most_is_usual = false;  // nobody set them, and nobody said how long the search is to be
};

struct MetricSettings {
  std::string name, label;
  double weight = 1;  // in the score; 0: reported beside it
  std::vector<std::string> extract, normalize;
  nlohmann::json options;
  std::string rubric;  // of a judge's grade or choice
  // Did the user say them? Else the data may: promptfoo's test cases, outputs that are objects.
  bool is_named = true, is_normalize_named = true;

  bool is_graded() const { return name == "judge"; }         // by the judge
  bool is_compared() const { return name == "preference"; }  // with the baseline's reply, by it
};

struct Price {
  double prompt_usd_per_million = 0, completion_usd_per_million = 0, cached_usd_per_million = 0;
};

struct LlmSettings {
  std::string provider, base_url, model, api_key_env;
  std::string keyed_as;                   // the address in the keys of answers, where it has moved
  std::string deployment, api_version;    // azure
  std::vector<std::string> command;       // exec
  std::optional<double> temperature = 0;  // none is sent where there is none
  int max_tokens = 256;
  std::optional<double> top_p;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
  nlohmann::json extra;
  int concurrency = 16;
  int connect_timeout_ms = 0, idle_timeout_ms = 0, total_timeout_ms = 0;
  std::optional<double> requests_per_minute, tokens_per_minute;
  int max_attempts = 1, retry_wait_ms = 0, max_retry_wait_ms = 0, empty_retries = 0,
      circuit_breaker = 1;
  std::int64_t max_response_bytes = 0;
  std::optional<Price> price;
};

// Files, what a model writes, or both.
struct CandidateSettings {
  std::optional<std::vector<std::filesystem::path>> file;  // one, or several and globs
  struct Write {
    std::vector<std::string> ways;    // by name
    std::int64_t calls = 0;           // replies, in all
    std::int64_t initial = 0;         // replies of each way before the search
    std::int64_t per_reply = 1;       // prompts in a reply
    std::int64_t demonstrations = 0;  // shown in a request
    std::int64_t failures = 0;        // shown of a prompt that is to be mended
    std::int64_t reflect = 0;         // answers on train asked for to find failures, in all
    double temperature = 1;
    int max_tokens = 0;
    double near = 1;
    std::size_t max_chars = 0;            // bytes of a prompt
    std::vector<std::string> keep;        // lines
    std::optional<LlmSettings> llm = {};  // that writes; else the task's
  };
  std::optional<Write> write = {};  // set when there is no file, or where the task says so
  // Demonstrations that are chosen together with the instruction.
  struct Exemplars {
    std::int64_t count = 0, sample = 0;
    bool baseline_only = false;          // the one instruction is the baseline
    std::optional<std::int64_t> refine;  // candidates added during the search
    std::string format;
  };
  std::optional<Exemplars> exemplars = {};
  std::vector<std::filesystem::path> scores = {};  // files of known scores, globs among them
};

struct EmbeddingSettings {
  std::optional<std::filesystem::path> file;
  std::string provider;  // features, or who embeds; ignored when there is a file
  std::string base_url, model, api_key_env;
  std::string keyed_as;                   // as in LlmSettings
  std::string deployment, api_version;    // azure
  std::vector<std::string> command;       // exec
  std::optional<double> usd_per_million;  // tokens
  int batch = 64;
  int dim = 128;
  bool fallback_to_features = false;  // where the endpoint turns out to have none
};

struct JudgeSettings {
  bool is_person = false;  // else the model
  double low = 1, high = 5;
  bool references = true, both_orders = true;
  LlmSettings llm;
};

struct OptimizerSettings {
  std::string method;
  std::optional<std::int64_t> initial;
  std::uint64_t seed = 0;
  nlohmann::json options;
};

// What decides among prompts that score alike.
enum class TieBreak { none, length, cost };

struct EvaluationSettings {
  std::optional<std::int64_t> examples;
  int repeats = 1;
  double max_error_rate = 0.05;
  bool stop_if_all_wrong = true;  // when the first replies tell that nothing can score
  bool score_truncated = true;    // else they are answers that are missing
  TieBreak tie_break = TieBreak::none;
  double tie_tolerance = 0;
};

struct BudgetSettings {
  std::optional<std::int64_t> evaluations, search_calls, calls, tokens;
  std::optional<double> usd, seconds;
  double price = 0;           // what a call of the search has to gain at least; 0: nothing
  double grace_seconds = 10;  // that an interrupted run awaits what is on the wire
};

// Over all runs that share output.cache; not the user's of one run.
struct SharedSettings {
  std::optional<std::int64_t> calls, tokens;
  std::optional<double> usd, seconds, requests_per_minute, tokens_per_minute;
};

struct OutputSettings {
  std::filesystem::path dir;
  std::optional<std::filesystem::path> cache;
  bool offline = false;
};

struct Settings {
  std::string name;
  std::filesystem::path task_file;
  DataSettings data;
  std::vector<llm::Message> messages;  // with placeholders
  std::optional<std::string> baseline;
  bool fills_candidates = false;        // {{input}} in a candidate is filled in
  std::vector<MetricSettings> metrics;  // at least one
  std::optional<JudgeSettings> judge;   // set when a metric needs it
  CandidateSettings candidates;
  EmbeddingSettings embeddings;
  LlmSettings llm;
  OptimizerSettings optimizer;
  EvaluationSettings evaluation;
  BudgetSettings budget;
  OutputSettings output;
  SharedSettings shared;
  nlohmann::json
      canonical;  // the whole task with overrides and defaults; no secrets, paths as written
};

// Throws Failure{config} with every violation, one a line, each with file, line, column and JSON
// pointer.
Settings load_settings(const std::filesystem::path& task_file,
                       const std::vector<Override>& overrides);

// Is there a metric that compares with the baseline's replies?
bool has_preference(const Settings& settings);

// The same settings for what is not a search: every example is used, unless the task says how many.
Settings with_all_examples(Settings settings);

// The same settings with the judge's model as the model; needs one.
Settings judging(const Settings& settings);

// The same settings with the model that writes candidates as the model.
Settings writing(const Settings& settings);

// What every request is made with.
llm::ChatSettings chat_settings(const LlmSettings& settings);

// "a.b=c": c as JSON where it is JSON, else as a string. Throws Failure{usage}.
Override parse_set(const std::string& assignment);

// The JSON Schema (draft 7) of a task file.
const std::string& task_schema_text();

}  // namespace zopo::settings
