#include "zopo/app/promptfoo_config.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "app/promptfoo_assertion.h"
#include "zopo/base/text.h"
#include "zopo/run/inputs.h"
#include "zopo/run/manifest.h"
#include "zopo/store/run_dir.h"

namespace zopo::app {
namespace {

using nlohmann::json;

constexpr const char* kExpected = "zopo_expected";
constexpr char kOpen = '\x01', kClose = '\x02';  // around the names of variables, for a while

[[noreturn]] void cannot_say(const std::string& what) {
  throw Failure(ErrorKind::config, "promptfoo cannot be told " + what + ".");
}

// Text between variables, as Nunjucks prints it: where a brace stands in it, inside a raw block.
std::string plain(const std::string& text) {
  if (text.find_first_of("{}") == std::string::npos) return text;
  if (text.find("endraw") != std::string::npos)
    cannot_say("the text \"" + text + "\", which ends its raw blocks");
  return "{% raw %}" + text + "{% endraw %}";
}

// Marked names become variables.
std::string nunjucks(const std::string& text) {
  std::string made;
  std::size_t at = 0;
  for (std::size_t open = text.find(kOpen); open != std::string::npos;
       open = text.find(kOpen, at)) {
    const std::size_t close = text.find(kClose, open);
    made +=
        plain(text.substr(at, open - at)) + "{{ " + text.substr(open + 1, close - open - 1) + " }}";
    at = close + 1;
  }
  return made + plain(text.substr(at));
}

void check_variable(const std::string& name, const std::string& value) {
  const bool is_name =
      std::all_of(name.begin(), name.end(),
                  [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; }) &&
      std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  if (!is_name) cannot_say("of a variable called \"" + name + "\"");
  if (value.find("{{") != std::string::npos)
    cannot_say("the text \"" + value + "\", which its templates would expand");
}

// The prompt filled in, with variables in the examples' place, as a chat in JSON.
std::string chat(const run::Inputs& inputs,
                 const task::Candidate& prompt,
                 const data::Example& first) {
  if (prompt.text().find_first_of(std::string{kOpen, kClose}) != std::string::npos)
    cannot_say("a prompt with control characters");
  const auto marked = [](const std::string& name) { return kOpen + name + kClose; };
  data::Example probe{marked("input"), {""}, {}};
  for (const auto& [name, value] : first.fields) probe.fields[name] = marked(name);
  json messages = json::array();
  for (const llm::Message& message : inputs.prompt.fill(prompt, probe))
    messages.push_back({{"role", message.role}, {"content", nunjucks(message.content)}});
  return messages.dump();
}

// No text of the assertions may be a template: what promptfoo fills in is filled in already.
void check_assertions(const json& value) {
  if (value.is_string()) {
    for (const char* opening : {"{{", "{%", "{#"}) {
      if (value.get_ref<const std::string&>().find(opening) != std::string::npos)
        cannot_say("the assertion \"" + value.get<std::string>() + "\", which it would expand");
    }
  } else if (value.is_structured()) {
    for (const json& member : value) check_assertions(member);
  }
}

// A test of promptfoo's that the data were.
json test_of_assertions(const data::Example& example) {
  json test = json::parse(example.assertions);
  check_assertions(test);
  test["vars"] = {{"input", example.input}};
  for (const auto& [name, value] : example.fields) test["vars"][name] = value;
  for (const auto& [name, value] : test["vars"].items())
    check_variable(name, value.get<std::string>());
  return test;
}

json test_case(const data::Example& example) {
  json variables = {{"input", example.input}, {kExpected, json(example.references).dump()}};
  for (const auto& [name, value] : example.fields) variables[name] = value;
  for (const auto& [name, value] : variables.items())
    check_variable(name, value.get<std::string>());
  return {{"vars", variables}};
}

json provider(const settings::LlmSettings& llm) {
  const bool openai = llm.provider == "openai";
  if (!openai && llm.provider != "anthropic")
    cannot_say("of the provider " + llm.provider + "; only of openai and anthropic");
  json config = {{"apiBaseUrl", llm.base_url},
                 {"apiKeyEnvar", llm.api_key_env},
                 {"temperature", llm.temperature ? json(*llm.temperature) : json(nullptr)},
                 {"max_tokens", llm.max_tokens}};
  if (llm.top_p) config["top_p"] = *llm.top_p;
  if (llm.seed) config["seed"] = *llm.seed;
  if (!llm.stop.empty()) config["stop"] = llm.stop;
  if (!llm.extra.empty()) config["passthrough"] = llm.extra;
  return {{"id", (openai ? "openai:chat:" : "anthropic:messages:") + llm.model},
          {"config", config}};
}

// {name, argument, flags}, as the assertion reads it.
json extraction_step(const std::string& step) {
  const std::size_t colon = std::min(step.find(':'), step.size());
  const std::string name = step.substr(0, colon);
  std::string argument = colon < step.size() ? step.substr(colon + 1) : "", flags;
  if (name != "first_line" && name != "last_line" && name != "after" && name != "regex")
    cannot_say("the extraction step " + step);
  if (name != "regex") return {name, argument, flags};
  // RE2's flags stand in the pattern, JavaScript's beside it.
  const std::size_t end = argument.find(')');
  if (argument.starts_with("(?") && end != std::string::npos &&
      argument.find_first_not_of("ims", 2) == end) {
    flags = argument.substr(2, end - 2);
    argument.erase(0, end + 1);
  }
  for (const char* other : {"(?P", "(?i", "(?s", "(?m", "(?U", "[[:", "\\Q", "\\A", "\\z", "\\C"}) {
    if (argument.find(other) != std::string::npos)
      cannot_say("the pattern " + argument + ", whose " + other + " JavaScript does not have");
  }
  return {name, argument, flags};
}

// JSON in JavaScript in a template: no brace of a text may open anything.
std::string literal(const json& value) {
  std::string made;
  for (const char c : value.dump()) {
    if (c == '{')
      made += "\\u007b";
    else
      made += c;
  }
  return made;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  return text.replace(at, from.size(), to);
}

json assertion(const settings::Settings& settings, const run::LoadedMetric& loaded) {
  const settings::MetricSettings& metric = settings.metrics.front();
  if (loaded.name != "exact_match") cannot_say("of the metric " + loaded.name);
  if (loaded.keeps_apart)
    cannot_say("how references are compared that normalisation would make the same");
  for (const std::string& step : metric.normalize) {
    if (step == "instruction_induction") cannot_say("the normalisation " + step);
  }
  json extract = json::array();
  for (const std::string& step : metric.extract) extract.push_back(extraction_step(step));
  const std::string code =
      replaced(std::string(promptfoo_assertion()), "@STEPS@", literal(metric.normalize));
  return {{"type", "javascript"}, {"value", replaced(code, "@EXTRACT@", literal(extract))}};
}

}  // namespace

std::string promptfoo_config(const std::filesystem::path& directory, const std::string& split) {
  const store::RunDir run = store::RunDir::open(directory);
  const task::Candidate prompt = run::best_prompt_of(run);
  const run::ResumedTask task = run::resumed_task(run);
  const settings::Settings settings = settings::load_settings(task.task_file, task.overrides);
  const run::Inputs inputs = run::load_inputs(settings);
  const std::vector<data::Example>& examples =
      (split == "test" ? inputs.splits.test : inputs.splits.dev).examples;
  if (examples.empty())
    throw Failure(ErrorKind::config, "--split " + split + ": the task has no such examples.");
  if (settings.metrics.size() > 1) cannot_say("of several metrics");
  const bool own = inputs.metrics.front().name == "promptfoo";
  if (own && !settings.metrics.front().extract.empty())
    cannot_say("what is taken out of a reply before its own assertions see it");
  json tests = json::array();
  for (const data::Example& example : examples)
    tests.push_back(own ? test_of_assertions(example) : test_case(example));
  json config = {
      {"description", "The winner of " + settings.name + ", by zopo"},
      {"prompts", {{{"label", "zopo"}, {"raw", chat(inputs, prompt, examples.front())}}}},
      {"providers", {provider(settings.llm)}},
      {"tests", tests}};
  if (!own) config["defaultTest"] = {{"assert", {assertion(settings, inputs.metrics.front())}}};
  return config.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace zopo::app
