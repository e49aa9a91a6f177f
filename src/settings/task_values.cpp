// Puts file, overrides, defaults and prices together and validates the whole. Called by
// settings.cpp.

#include "settings/task_values.h"

#include <fmt/format.h>

#include "settings/price_file.h"
#include "zopo/base/error.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"
#include "zopo/data/prompt_file.h"
#include "zopo/llm/client.h"

namespace zopo::settings {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

const json& task_schema() {
  static const json schema = json::parse(task_schema_text());
  return schema;
}

void throw_if_any(const std::vector<std::string>& violations) {
  if (!violations.empty()) throw Failure(ErrorKind::config, join(violations, "\n"));
}

Pointer pointer_of(const std::string& dotted) {
  Pointer pointer;
  for (const std::string& key : split(dotted, '.')) pointer /= key;
  return pointer;
}

// null takes a setting out.
void put(json& task, const Pointer& at, const json& value) {
  if (!value.is_null()) {
    task[at] = value;
  } else if (task.contains(at)) {
    task[at.parent_pointer()].erase(at.back());
  }
}

json with_overrides(json task, const std::vector<Override>& overrides) {
  for (const Override& change : overrides) {
    try {
      put(task, pointer_of(change.path), change.value);
    } catch (const json::exception&) {
      throw Failure(
          ErrorKind::usage,
          fmt::format(
              "{}: \"{}\" leads through a value that is not an object. Name a setting of the "
              "task file, like optimizer.seed.",
              change.source, change.path));
    }
  }
  return task;
}

// The schema that holds: what it refers to, in the same file.
const json& resolved(const json& schema) {
  if (!schema.contains("$ref")) return schema;
  return task_schema()[Pointer(schema["$ref"].get<std::string>().substr(1))];
}

// Members that the schema gives a default and value lacks, at every depth.
void fill_defaults(json& value, const json& given) {
  const json& schema = resolved(given);
  if (value.is_array() && schema.contains("items")) {
    for (json& item : value) fill_defaults(item, schema["items"]);
  }
  if (!value.is_object() || !schema.contains("properties")) return;
  for (const auto& [key, member] : schema["properties"].items()) {
    if (!value.contains(key) && member.contains("default")) value[key] = member["default"];
    if (value.contains(key)) fill_defaults(value[key], member);
  }
}

// Defaults that depend on other settings.
void fill_provider_defaults(json& llm) {
  const std::string key = llm::chat_defaults(llm["provider"]).api_key_env;
  if (!key.empty() && !llm.contains("api_key_env")) llm["api_key_env"] = key;
  if (llm["provider"] == "azure" && !llm.contains("api_version"))
    llm["api_version"] = kAzureVersion;
}

// Prices from a file become settings, so that a resumed run notices when they have changed.
void fill_prices(json& task, json& llm, const std::filesystem::path& directory) {
  if (!llm.contains("price_file")) return;
  const json& schema = task_schema()["properties"]["llm"]["properties"]["price"];
  const PriceFile prices(directory / llm["price_file"].get<std::string>(), schema);
  llm["price"] = prices.at(llm["model"]);
  json& embeddings = task["embeddings"];
  if (embeddings.contains("usd_per_million") || !embeddings.contains("model")) return;
  if (const auto price = prices.find(embeddings["model"])) {
    embeddings["usd_per_million"] = (*price)["prompt_usd_per_million"];
  }
}

std::string names_of(const std::vector<Override>& overrides) {
  std::vector<std::string> names;
  for (const Override& change : overrides) names.push_back(change.source);
  return join(names, ", ");
}

// What an older version called it; the schema would only say that it knows no such key.
void refuse_old_names(const data::JsonDocument& document) {
  for (const char* old : {"generate", "grow"}) {
    const Pointer at = Pointer("/candidates") / old;
    if (!document.json().contains(at)) continue;
    throw Failure(
        ErrorKind::config,
        document.where(at) + "\"" + old +
            "\" is called \"write\" now, before the search and during it: \"candidates\": "
            "{\"write\": {\"calls\": 64, \"initial\": 2}}. `zopo schema` has all its settings.");
  }
}

// Without a file they are written, unless the baseline is the only instruction.
void fill_candidates(json& task) {
  if (!task.contains("candidates")) task["candidates"] = json::object();
  json& candidates = task["candidates"];
  const bool fixed =
      candidates.value(Pointer("/exemplars/instructions"), "candidates") == "baseline";
  if (!candidates.contains("file") && !candidates.contains("write") && !fixed)
    candidates["write"] = json::object();
}

// A text of the prompt may stand in a file. From here on it is the text, so that a run that is gone
// on with notices when the file has changed.
void take_from_file(json& text, const std::filesystem::path& directory) {
  if (!text.is_object()) return;
  text = data::load_prompt(directory / text["file"].get<std::string>());
}

void fill_prompt_texts(json& prompt, const std::filesystem::path& directory) {
  for (const char* key : {"template", "baseline"}) {
    if (prompt.contains(key)) take_from_file(prompt[key], directory);
  }
  if (!prompt.contains("messages")) return;
  for (json& message : prompt["messages"]) take_from_file(message["content"], directory);
}

// "metric" is the short form of "metrics".
void check_metrics(const json& task, const data::JsonDocument& document) {
  if (!task.contains("metric") || !task.contains("metrics")) return;
  throw Failure(ErrorKind::config, document.where(Pointer("/metrics")) +
                                       "\"metric\" and \"metrics\" exclude each other. Keep one.");
}

// Values from outside the file are checked too; their positions are those of the merged text.
data::JsonDocument merged(const data::JsonDocument& file,
                          const json& task,
                          const std::vector<Override>& overrides) {
  if (overrides.empty()) return file;
  return data::JsonDocument::parse(task.dump(2), file.name() + " with " + names_of(overrides));
}

void check_prices(const json& llm, const char* at, const data::JsonDocument& document) {
  if (!llm.contains("price_file") || !llm.contains("price")) return;
  throw Failure(
      ErrorKind::config,
      document.where(Pointer(at)) + "\"price\" and \"price_file\" exclude each other. Keep one.");
}

}  // namespace

TaskValues load_task(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  const data::JsonDocument written = data::JsonDocument::load(file);
  refuse_old_names(written);
  throw_if_any(data::schema_violations(written, task_schema()));
  json task = with_overrides(written.json(), overrides);
  data::JsonDocument document = merged(written, task, overrides);
  refuse_old_names(document);
  throw_if_any(data::schema_violations(document, task_schema()));
  check_metrics(task, document);
  fill_candidates(task);
  fill_defaults(task, task_schema());
  if (task.contains("metrics")) task.erase("metric");
  fill_prompt_texts(task["prompt"], file.parent_path());
  const auto complete = [&](json& llm, const char* at) {
    fill_provider_defaults(llm);
    check_prices(llm, at, document);
    fill_prices(task, llm, file.parent_path());
  };
  complete(task["llm"], "/llm");
  if (task.contains("judge") && task["judge"].contains("llm"))
    complete(task["judge"]["llm"], "/judge/llm");
  const Pointer writer("/candidates/write/llm");
  if (task.contains(writer)) complete(task[writer], "/candidates/write/llm");
  return {std::move(document), std::move(task)};
}

Override parse_set(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Failure(ErrorKind::usage,
                  "--set " + assignment + ": expected KEY=VALUE, like --set optimizer.seed=3.");
  }
  const std::string text = assignment.substr(equals + 1);
  json value = parse_json_of_others(text);
  if (value.is_discarded()) value = text;
  return {assignment.substr(0, equals), value, "--set " + assignment.substr(0, equals)};
}

}  // namespace zopo::settings
