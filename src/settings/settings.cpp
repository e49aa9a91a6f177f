// Reads a task section by section and checks what the schema cannot. Called by every command that
// takes a task.

#include "zopo/settings/settings.h"

#include <algorithm>
#include <cstdlib>

#include "settings/candidate_settings.h"
#include "settings/metric_settings.h"
#include "settings/task_values.h"
#include "settings/written_down.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/data/json_document.h"
#include "zopo/llm/client.h"
#include "zopo/llm/embedding_client.h"
#include "zopo/optim/method.h"

namespace zopo::settings {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr const char* kDefaultTemplate =
    "Instruction: {{instruction}}\n\nInput: {{input}}\n\nOutput:";

constexpr const char* kDefaultWithExemplars =
    "Instruction: {{instruction}}\n\n{{exemplars}}\n\nInput: {{input}}\n\nOutput:";

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
    settings.baseline = optional_of<std::string>(task["prompt"], "baseline");
    settings.fills_candidates = task["prompt"]["fill_candidates"];
    const Refuse refusal = [this](const char* pointer, const std::string& message) {
      refuse(pointer, message);
    };
    refuse_secrets(task, refusal);
    settings.candidates = candidate_settings(
        task, directory_, settings.baseline,
        [this](const json& section) { return writer(section); }, refusal);
    settings.messages = messages(task["prompt"], settings.candidates.exemplars.has_value());
    settings.llm = llm(task["llm"], "/llm");
    settings.metrics = metric_settings(task, directory_, refusal);
    settings.judge = judge_settings(
        task, settings, [this](const json& section) { return llm(section, "/judge/llm"); },
        refusal);
    settings.embeddings = embeddings(task["embeddings"], settings.llm);
    refuse_other_candidates(settings.candidates, settings.embeddings, refusal);
    settings.optimizer = {task["optimizer"]["method"],
                          optional_of<std::int64_t>(task["optimizer"], "initial"),
                          task["optimizer"]["seed"], task["optimizer"]["options"]};
    if (task["evaluation"]["racing"] == "on") race(settings.optimizer);
    settings.evaluation = {optional_of<std::int64_t>(task["evaluation"], "examples"),
                           task["evaluation"]["repeats"],
                           task["evaluation"]["max_error_rate"],
                           task["evaluation"]["all_wrong"] == "stop",
                           task["evaluation"].value("truncated", "score") == "score",
                           tie_break(task["evaluation"]["tie_break"]),
                           task["evaluation"]["tie_tolerance"]};
    settings.budget = budget(task["budget"], settings);
    draw_as_usual(settings, settings.data);
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
    const std::optional<optim::MethodTraits> traits = optim::traits_of(optimizer.method);
    if (traits && !traits->races) {
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
                          std::nullopt,
                          section.value("labels", std::vector<std::string>{})};
    if (section.contains("split")) {
      const json& split = section["split"];
      settings.split = {split["train"], split["dev"], split["test"], split["seed"],
                        split["stratify"]};
    }
    if (section.contains("fields")) {
      settings.input_field = optional_of<std::string>(section["fields"], "input");
      settings.output_field = optional_of<std::string>(section["fields"], "output");
    }
    if (section.contains("sample")) {
      settings.most_dev = optional_of<std::int64_t>(section["sample"], "dev");
      settings.most_test = optional_of<std::int64_t>(section["sample"], "test");
    }
    check_data(settings);
    return settings;
  }

  // A person who says neither how data are shared out nor how long the search is can afford this.
  static void draw_as_usual(const Settings& settings, DataSettings& data) {
    constexpr std::int64_t kUsual = 100;
    const bool is_sized = settings.budget.evaluations || settings.budget.search_calls ||
                          settings.evaluation.examples || data.split;
    if (is_sized || data.most_dev || data.most_test) return;
    data.most_dev = data.most_test = kUsual;
    data.most_is_usual = true;
  }

  void check_data(const DataSettings& settings) const {
    if (settings.file) {
      if (settings.train || settings.dev || settings.test) {
        refuse("/data",
               "\"file\" and \"train\", \"dev\", \"test\" exclude each other. Keep one form.");
      }
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

  std::vector<llm::Message> messages(const json& section, bool with_exemplars) const {
    if (section.contains("template") && section.contains("messages")) {
      refuse("/prompt", "\"template\" and \"messages\" exclude each other. Keep one.");
    }
    if (!section.contains("messages"))
      return {{"user", section.value("template",
                                     with_exemplars ? kDefaultWithExemplars : kDefaultTemplate)}};
    std::vector<llm::Message> messages;
    for (const json& message : section["messages"])
      messages.push_back({message["role"], message["content"]});
    return messages;
  }

  // Who writes candidates does so as "write" says.
  LlmSettings writer(const json& section) const {
    const std::string at = "/candidates/write/llm";
    for (const char* key : {"temperature", "max_tokens", "stop"}) {
      const Pointer own(at + "/" + key);
      if (!document_.json().contains(own)) continue;
      refuse(own.to_string().c_str(),
             std::string("candidates are written with the temperature and max_tokens of "
                         "\"write\", and to the end. Say it there, or remove it."));
    }
    return llm(section, at);
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
    if (!section["temperature"].is_null()) {
      settings.temperature = section["temperature"];
    } else {
      settings.temperature.reset();
    }
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
    settings.fallback_to_features = section.contains("fallback");
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
                            optional_of<double>(section, "seconds"),
                            section["price"].get<double>(),
                            section["grace_seconds"].get<double>()};
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
    const auto& write = others.candidates.write;
    if (settings.usd && write && write->llm && !write->llm->price) {
      refuse("/budget/usd",
             "a cap in dollars needs the price of who writes the candidates too: set "
             "\"candidates\".\"write\".\"llm\".\"price\".");
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

Settings with_all_examples(Settings settings) {
  if (!settings.data.most_is_usual) return settings;
  settings.data.most_dev.reset();
  settings.data.most_test.reset();
  return settings;
}

Settings judging(const Settings& settings) {
  Settings judging = settings;
  judging.llm = settings.judge->llm;
  return judging;
}

Settings writing(const Settings& settings) {
  Settings writing = settings;
  if (settings.candidates.write && settings.candidates.write->llm)
    writing.llm = *settings.candidates.write->llm;
  return writing;
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

}  // namespace zopo::settings
