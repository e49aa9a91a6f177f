#include "zopo/app/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "app/task_values.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/json_document.h"
#include "zopo/data/metric.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"

namespace zopo::app {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr const char* kDefaultTemplate =
    "Instruction: {{instruction}}\n\nInput: {{input}}\n\nOutput:";

template <class T>
std::optional<T> optional_of(const json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  return object[key].get<T>();
}

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

// Reads the sections of a valid task with its defaults filled in.
class Reader {
 public:
  Reader(const data::JsonDocument& document, std::filesystem::path directory)
      : document_(document), directory_(std::move(directory)) {}

  Settings read(const json& task) const {
    Settings settings;
    settings.name = task["name"];
    settings.data = data(task["data"]);
    settings.messages = messages(task["prompt"]);
    settings.baseline = optional_of<std::string>(task["prompt"], "baseline");
    settings.candidates = candidates(task["candidates"]);
    settings.llm = llm(task["llm"], "/llm");
    settings.metrics = metrics(task);
    settings.judge = judge(task, settings);
    settings.embeddings = embeddings(task["embeddings"], settings.llm);
    if (settings.embeddings.file && settings.candidates.generate) {
      refuse("/embeddings/file",
             "a file of embeddings needs \"candidates\".\"file\": what is going to be generated "
             "has none yet. Remove it, or name the candidates.");
    }
    settings.optimizer = {task["optimizer"]["method"],
                          optional_of<std::int64_t>(task["optimizer"], "initial"),
                          task["optimizer"]["seed"], task["optimizer"]["options"]};
    if (task["evaluation"]["racing"] == "on") race(settings.optimizer);
    settings.evaluation = {optional_of<std::int64_t>(task["evaluation"], "examples"),
                           task["evaluation"]["repeats"],
                           task["evaluation"]["max_error_rate"],
                           task["evaluation"].value("truncated", "score") == "score",
                           tie_break(task["evaluation"]["tie_break"]),
                           task["evaluation"]["tie_tolerance"]};
    settings.budget = budget(task["budget"], settings);
    settings.output = output(task["output"]);
    settings.canonical = task;
    return settings;
  }

 private:
  [[noreturn]] void refuse(const char* pointer, const std::string& message) const {
    throw Failure(ErrorKind::config, document_.where(Pointer(pointer)) + message);
  }

  static TieBreak tie_break(const std::string& name) {
    if (name == "length") return TieBreak::length;
    return name == "cost" ? TieBreak::cost : TieBreak::none;
  }

  void race(OptimizerSettings& optimizer) const {
    if (optimizer.method == "zopo" || optimizer.method == "zopo-reference") {
      refuse(
          "/evaluation/racing",
          "method " + optimizer.method +
              " cannot race: it does not stop whole evaluations early. Leave racing off, or choose "
              "a method that evaluates whole prompts, like ntk-ucb.");
    }
    optimizer.options["racing"] = true;
  }

  std::filesystem::path resolve(const std::string& file) const { return directory_ / file; }

  std::optional<std::filesystem::path> file_of(const json& object, const char* key) const {
    if (!object.contains(key)) return std::nullopt;
    return resolve(object[key]);
  }

  DataSettings data(const json& section) const {
    DataSettings settings{file_of(section, "train"),
                          file_of(section, "dev"),
                          file_of(section, "test"),
                          file_of(section, "file"),
                          std::nullopt,
                          std::nullopt,
                          std::nullopt};
    if (section.contains("split")) {
      const json& split = section["split"];
      settings.split = {split["train"], split["dev"], split["test"], split["seed"],
                        split["stratify"]};
    }
    if (section.contains("fields")) {
      settings.input_field = optional_of<std::string>(section["fields"], "input");
      settings.output_field = optional_of<std::string>(section["fields"], "output");
    }
    check_data(settings);
    return settings;
  }

  void check_data(const DataSettings& settings) const {
    if (settings.file) {
      if (settings.train || settings.dev || settings.test) {
        refuse("/data",
               "\"file\" and \"train\", \"dev\", \"test\" exclude each other. Keep one form.");
      }
      if (!settings.split)
        refuse("/data", "\"file\" needs \"split\" with the sizes of dev and test.");
    } else if (!settings.dev && !(settings.train && settings.split && settings.split->dev > 0)) {
      refuse("/data",
             "no dev examples: expected \"dev\", or \"file\" with \"split\", or \"train\" with "
             "\"split\".dev.");
    } else if (settings.dev && settings.split) {
      refuse("/data/split",
             "\"split\" goes with \"file\", or with \"train\" when there is no \"dev\".");
    }
    if (settings.split && settings.split->dev <= 0) {
      refuse("/data/split", "\"dev\" must be more than 0: the search scores prompts on it.");
    }
  }

  std::vector<llm::Message> messages(const json& section) const {
    if (section.contains("template") && section.contains("messages")) {
      refuse("/prompt", "\"template\" and \"messages\" exclude each other. Keep one.");
    }
    if (!section.contains("messages"))
      return {{"user", section.value("template", kDefaultTemplate)}};
    std::vector<llm::Message> messages;
    for (const json& message : section["messages"])
      messages.push_back({message["role"], message["content"]});
    return messages;
  }

  MetricSettings metric(const json& section) const {
    const std::string name = section["name"];
    json options = section["options"];
    if (name == "command") {
      const std::string within = options.value("directory", std::string());
      options["directory"] = std::filesystem::absolute(directory_ / "." / within).string();
    }
    return {name,
            section.value("label", name),
            section.value("weight", 1.0),
            section["extract"],
            section.value("normalize", data::conventional_normalization(name)),
            options,
            section.value("rubric", std::string())};
  }

  std::vector<MetricSettings> metrics(const json& task) const {
    if (!task.contains("metrics")) {
      for (const char* key : {"weight", "objective", "label"}) {
        if (task["metric"].contains(key))
          refuse("/metric", fmt::format("\"{}\" goes with several \"metrics\".", key));
      }
      return {metric(task["metric"])};
    }
    std::vector<MetricSettings> metrics;
    std::size_t objective = 0, objectives = 0;
    bool weighted = false;
    for (const json& section : task["metrics"]) {
      metrics.push_back(metric(section));
      weighted = weighted || section.contains("weight");
      if (!section.value("objective", false)) continue;
      objective = metrics.size() - 1;
      ++objectives;
    }
    if (objectives > 1) refuse("/metrics", "more than one \"objective\". Weigh them instead.");
    if (objectives == 1 && weighted)
      refuse("/metrics", "\"objective\" and \"weight\" exclude each other. Keep one.");
    for (std::size_t i = 0; objectives == 1 && i < metrics.size(); ++i)
      metrics[i].weight = i == objective ? 1 : 0;
    check_metrics(metrics);
    return metrics;
  }

  void check_metrics(const std::vector<MetricSettings>& metrics) const {
    double weight = 0;
    std::set<std::string> labels;
    for (const MetricSettings& one : metrics) {
      weight += one.weight;
      if (!labels.insert(one.label).second)
        refuse("/metrics", "two are called \"" + one.label + "\". Give them a \"label\" each.");
    }
    if (!(weight > 0)) refuse("/metrics", "all weights are 0: nothing is left to search for.");
  }

  // Fills in the rubrics of the metrics that it decides.
  std::optional<JudgeSettings> judge(const json& task, Settings& others) const {
    bool needed = false;
    for (MetricSettings& one : others.metrics) {
      if (!one.is_graded() && !one.is_compared()) {
        if (!one.rubric.empty())
          refuse("/metric", "\"rubric\" goes with the metrics judge and preference.");
        continue;
      }
      needed = true;
      if (!task.contains("judge"))
        refuse("/metric", "metric " + one.name + " needs the section \"judge\": who judges.");
      if (one.rubric.empty()) one.rubric = task["judge"].value("rubric", std::string());
      if (one.rubric.empty())
        refuse("/judge", "\"rubric\" is missing: what makes an answer a good one, in words.");
      if (one.is_compared() && !others.baseline)
        refuse("/prompt", "metric preference compares with the replies of \"baseline\": set it.");
    }
    if (!needed && task.contains("judge"))
      refuse("/judge", "no metric asks it. Name metric judge or preference, or remove it.");
    if (!needed) return std::nullopt;
    const json& section = task["judge"];
    JudgeSettings judge;
    judge.low = section["scale"][0];
    judge.high = section["scale"][1];
    if (!(judge.low < judge.high)) refuse("/judge/scale", "expected [worst, best], worst < best.");
    judge.references = section["references"];
    judge.is_person = section["by"] == "person";
    judge.both_orders = section.value("both_orders", !judge.is_person);
    if (judge.is_person) {
      if (section.contains("llm")) refuse("/judge", "\"llm\" goes with \"by\": \"llm\".");
      for (const MetricSettings& one : others.metrics) {
        if (one.is_graded())
          refuse("/judge/by", "a person compares: name metric preference, not judge.");
      }
      judge.llm = person();
    } else {
      if (!section.contains("llm"))
        refuse("/judge", "\"llm\" is missing: the model that judges, or \"by\": \"person\".");
      judge.llm = llm(section["llm"], "/judge/llm");
    }
    return judge;
  }

  CandidateSettings candidates(const json& section) const {
    if (section.contains("file") && section.contains("generate")) {
      refuse("/candidates",
             "\"file\" and \"generate\" exclude each other. Keep one; prompts to start from are "
             "\"generate\".\"seeds\".");
    }
    if (section.contains("file")) return {file_of(section, "file"), std::nullopt};
    const json& from = section["generate"];
    CandidateSettings::Generate generate;
    generate.count = from["count"];
    generate.calls = from.value("calls", 2 * generate.count);
    generate.demonstrations = from["demonstrations"];
    generate.samples = from["samples"];
    generate.temperature = from["temperature"];
    generate.max_tokens = from["max_tokens"];
    generate.near = from["near"];
    for (const json& way : from["ways"])
      generate.ways.push_back(task::way_of(way.get<std::string>()));
    generate.seeds = file_of(from, "seeds");
    return {std::nullopt, generate};
  }

  // Task files and manifests are passed around.
  void refuse_user(const json& section, const char* pointer) const {
    const std::string url = section.value("base_url", std::string());
    const std::size_t authority = url.find("://") + 3;
    if (url.substr(0, url.find_first_of("/?#", authority)).find('@') == std::string::npos) return;
    refuse(pointer,
           "a user and password do not belong here: name the variable of the key in "
           "\"api_key_env\", or give the whole address in the variable OPENAI_BASE_URL.");
  }

  // One who is asked as a command is, one question at a time, and is not paid by the token.
  static LlmSettings person() {
    LlmSettings settings;
    settings.provider = "exec";
    settings.model = "person";
    settings.command = {"person"};
    settings.max_tokens = 32;
    settings.extra = json::object();
    settings.concurrency = 1;
    settings.price = Price{};
    return settings;
  }

  // at: where the section stands, for messages.
  LlmSettings llm(const json& section, const std::string& at) const {
    refuse_user(section, (at + "/base_url").c_str());
    LlmSettings settings;
    settings.provider = section["provider"];
    const llm::EndpointDefaults defaults = llm::chat_defaults(settings.provider);
    settings.base_url =
        section.value("base_url", environment(defaults.base_url_env.c_str(), defaults.base_url));
    settings.model = section["model"];
    settings.api_key_env = section.value("api_key_env", std::string());
    settings.deployment = section.value("deployment", std::string());
    settings.api_version = section.value("api_version", std::string());
    settings.command = section.value("command", std::vector<std::string>{});
    settings.temperature = section["temperature"];
    settings.max_tokens = section["max_tokens"];
    settings.top_p = optional_of<double>(section, "top_p");
    settings.seed = optional_of<std::int64_t>(section, "seed");
    settings.stop = section.value("stop", std::vector<std::string>{});
    settings.extra = section["extra"];
    settings.concurrency = section["concurrency"];
    settings.connect_timeout_ms = section["connect_timeout_ms"];
    settings.idle_timeout_ms = section["idle_timeout_ms"];
    settings.total_timeout_ms = section["total_timeout_ms"];
    settings.max_attempts = section["max_attempts"];
    settings.retry_wait_ms = section["retry_wait_ms"];
    settings.max_retry_wait_ms = section["max_retry_wait_ms"];
    settings.empty_retries = section["empty_retries"];
    settings.requests_per_minute = optional_of<double>(section, "requests_per_minute");
    settings.tokens_per_minute = optional_of<double>(section, "tokens_per_minute");
    settings.circuit_breaker = section["circuit_breaker"];
    settings.max_response_bytes = section["max_response_bytes"];
    if (section.contains("price")) settings.price = price(section["price"]);
    check_provider(settings, at.c_str());
    return settings;
  }

  void check_provider(const LlmSettings& settings, const char* at) const {
    if (settings.provider == "azure" && settings.base_url.empty()) {
      refuse(at, "\"base_url\" is missing: https://NAME.openai.azure.com for provider azure.");
    }
    if ((settings.provider == "exec") == settings.command.empty()) {
      refuse(at, "provider exec and \"command\" go together. Give both or neither.");
    }
    try {
      llm::check_chat(settings.provider, chat_settings(settings));
    } catch (const Failure& failure) {
      refuse(at, failure.what());
    }
  }

  static Price price(const json& section) {
    const double prompt = section["prompt_usd_per_million"];
    return {prompt, section["completion_usd_per_million"],
            section.value("cached_usd_per_million", prompt)};
  }

  EmbeddingSettings embeddings(const json& section, const LlmSettings& llm) const {
    refuse_user(section, "/embeddings/base_url");
    EmbeddingSettings settings;
    settings.file = file_of(section, "file");
    settings.provider = section["provider"];
    settings.model = section.value("model", std::string());
    settings.usd_per_million = optional_of<double>(section, "usd_per_million");
    settings.batch = section["batch"];
    settings.dim = section["dim"];
    if (settings.file || settings.provider == "features") return settings;
    read_endpoint(section, llm, settings);
    return settings;
  }

  // Whoever embeds with the key that the chat takes is found where the chat is.
  void read_endpoint(const json& section,
                     const LlmSettings& llm,
                     EmbeddingSettings& settings) const {
    const llm::EndpointDefaults defaults = llm::embedding_defaults(settings.provider);
    const bool same = defaults.api_key_env == llm::chat_defaults(llm.provider).api_key_env;
    const std::string own = environment(defaults.base_url_env.c_str(), defaults.base_url);
    settings.base_url = section.value("base_url", same ? llm.base_url : own);
    settings.api_key_env =
        section.value("api_key_env", same ? llm.api_key_env : defaults.api_key_env);
    settings.deployment = section.value("deployment", std::string());
    settings.api_version =
        section.value("api_version", same ? llm.api_version : std::string(kAzureVersion));
    settings.command = section.value("command", llm.command);
    if (settings.model.empty()) {
      refuse("/embeddings",
             "\"model\" is missing: an endpoint's embeddings need the model's name.");
    }
    if (settings.provider == "azure" && settings.base_url.empty()) {
      refuse("/embeddings", "\"base_url\" is missing: https://NAME.openai.azure.com for azure.");
    }
    if (settings.provider == "exec" && settings.command.empty()) {
      refuse("/embeddings", "\"command\" is missing: provider exec runs one.");
    }
  }

  BudgetSettings budget(const json& section, const Settings& others) const {
    BudgetSettings settings{optional_of<std::int64_t>(section, "evaluations"),
                            optional_of<std::int64_t>(section, "search_calls"),
                            optional_of<std::int64_t>(section, "calls"),
                            optional_of<std::int64_t>(section, "tokens"),
                            optional_of<double>(section, "usd"),
                            optional_of<double>(section, "seconds")};
    if (settings.evaluations && settings.search_calls) {
      refuse("/budget",
             "\"evaluations\" and \"search_calls\" say the same in two units. Keep one.");
    }
    if (settings.usd && !others.llm.price) {
      refuse("/budget/usd", "a cap in dollars needs the price of model \"" + others.llm.model +
                                "\": set \"llm\".\"price\" {\"prompt_usd_per_million\", "
                                "\"completion_usd_per_million\"} or \"llm\".\"price_file\".");
    }
    if (settings.usd && others.judge && !others.judge->llm.price) {
      refuse("/budget/usd",
             "a cap in dollars needs the judge's price too: set \"judge\".\"llm\".\"price\".");
    }
    const bool embeds = !others.embeddings.file && others.embeddings.provider != "features";
    if (settings.usd && embeds && !others.embeddings.usd_per_million) {
      refuse("/budget/usd",
             "a cap in dollars needs the price of the embeddings too: set "
             "\"embeddings\".\"usd_per_million\".");
    }
    return settings;
  }

  OutputSettings output(const json& section) const {
    return {resolve(section["dir"]), file_of(section, "cache"), section["offline"]};
  }

  const data::JsonDocument& document_;
  std::filesystem::path directory_;
};

}  // namespace

bool has_preference(const Settings& settings) {
  return std::any_of(settings.metrics.begin(), settings.metrics.end(),
                     [](const MetricSettings& one) { return one.is_compared(); });
}

Settings judging(const Settings& settings) {
  Settings judging = settings;
  judging.llm = settings.judge->llm;
  return judging;
}

llm::ChatSettings chat_settings(const LlmSettings& settings) {
  return {settings.model, settings.temperature, settings.max_tokens, settings.top_p,
          settings.seed,  settings.stop,        settings.extra};
}

Settings load_settings(const std::filesystem::path& task_file,
                       const std::vector<Override>& overrides) {
  const TaskValues task = load_task(task_file, overrides);
  Settings settings = Reader(task.document, task_file.parent_path()).read(task.values);
  settings.task_file = task_file;
  return settings;
}

}  // namespace zopo::app
