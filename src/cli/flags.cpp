#include "cli/flags.h"

#include <cctype>

#include "zopo/base/text.h"

namespace zopo::cli {
namespace {

std::vector<settings::Override> overrides_of(const std::vector<std::string>& assignments,
                                             const std::deque<SettingFlag>& flags) {
  std::vector<settings::Override> overrides;
  for (const std::string& assignment : assignments)
    overrides.push_back(settings::parse_set(assignment));
  for (const SettingFlag& flag : flags) {
    if (flag.text.empty()) continue;
    settings::Override change = settings::parse_set(flag.key + "=" + flag.text);
    if (flag.kind == SettingFlag::string) change.value = flag.text;
    if (flag.kind == SettingFlag::path) {
      const std::string absolute = std::filesystem::absolute(flag.text).string();
      change.value = is_valid_utf8(absolute) ? absolute : flag.text;  // it is to stand in JSON
    }
    change.source = flag.flag;
    overrides.push_back(change);
  }
  return overrides;
}

}  // namespace

std::string variable_of(const std::string& flag) {
  std::string name = "ZOPO_";
  for (const char c : flag.substr(flag.find_first_not_of('-'))) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

void add_progress(CLI::App& command, std::string& progress) {
  add_option(command, "--progress", progress, "auto, bar, plain, json, none.")->type_name("KIND");
}

void add_same_model(CLI::App& command, bool& same_model) {
  command
      .add_flag("--same-model", same_model,
                "With --resume: the endpoint has moved to another address, where the same model "
                "answers.")
      ->envname("ZOPO_SAME_MODEL");
}

void add_format(CLI::App& command, std::string& format) {
  add_option(command, "--format", format, "What stdout carries.")
      ->check(CLI::IsMember({"text", "json"}));
}

CLI::Option* TaskFlags::add_to(CLI::App& command, bool may_stand_alone) {
  add_option(command, "--set", assignments_,
             "Any setting of the task file, like optimizer.seed=3; repeatable.")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  return command
      .add_option(may_stand_alone ? "-t,--task,task" : "-t,--task", task_file_,
                  may_stand_alone
                      ? "The task file (JSON). Default: task.json in the current folder."
                      : "The task file (JSON).")
      ->envname("ZOPO_TASK")
      ->type_name("FILE");
}

void TaskFlags::add_setting(CLI::App& command,
                            const std::string& flag,
                            const std::string& key,
                            const std::string& help,
                            SettingFlag::Kind kind) {
  SettingFlag& setting = settings_.emplace_back(SettingFlag{flag, key, "", kind});
  add_option(command, flag, setting.text, help)
      ->type_name(kind == SettingFlag::path ? "PATH" : "VALUE");
}

void TaskFlags::add_llm_settings(CLI::App& command) {
  add_setting(command, "-j,--concurrency", "llm.concurrency", "Requests in flight at most.");
  add_setting(command, "--cache", "output.cache", "Response store shared between runs.",
              SettingFlag::path);
  add_setting(command, "--budget-calls", "budget.calls",
              "Cap on all calls, the final test included.");
  add_setting(command, "--budget-tokens", "budget.tokens", "Cap on all tokens.");
  add_setting(command, "--budget-usd", "budget.usd", "Cap in dollars; needs llm.price.");
  add_setting(command, "--budget-seconds", "budget.seconds", "Cap on time.");
  command
      .add_flag("--offline", offline_, "An answer that is not stored is an error; nothing is sent.")
      ->envname("ZOPO_OFFLINE");
}

TaskOptions TaskFlags::read_task(const std::string& otherwise) const {
  constexpr const char* kHere = "task.json";
  TaskOptions options = read();
  if (!options.task_file.empty()) return options;
  if (!std::filesystem::exists(kHere))
    throw CLI::RequiredError("There is no task.json in this folder, so --task" + otherwise);
  options.task_file = kHere;
  return options;
}

TaskOptions TaskFlags::read() const {
  TaskOptions options{task_file_, overrides_of(assignments_, settings_)};
  if (offline_) options.overrides.push_back({"output.offline", true, "--offline"});
  return options;
}

}  // namespace zopo::cli
