#pragma once
// Flags that several commands share. Every flag has its ZOPO_ variable, and a flag wins over it.

#include <CLI/CLI.hpp>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zopo/settings/settings.h"

namespace zopo::cli {

// "--budget-calls" -> "ZOPO_BUDGET_CALLS"
std::string variable_of(const std::string& flag);

// flag: "-t,--task"; the long name is the variable's.
CLI::Option* add_option(CLI::App& command,
                        const std::string& flag,
                        auto& value,
                        const std::string& help) {
  const std::string longest = flag.substr(flag.rfind("--"));
  return command.add_option(flag, value, help)->envname(variable_of(longest));
}

void add_progress(CLI::App& command, std::string& progress);
void add_same_model(CLI::App& command, bool& same_model);
void add_format(CLI::App& command, std::string& format);

// A setting given by its own flag, as text; the schema checks it like the file itself.
struct SettingFlag {
  std::string flag, key, text;
  enum Kind { json, string, path } kind = json;
};

struct TaskOptions {
  std::filesystem::path task_file;
  std::vector<settings::Override> overrides;
};

// The flags of every command that reads a task file. They outlive the parsing.
class TaskFlags {
 public:
  // --task, which may also stand without its name, and --set; returns the former.
  CLI::Option* add_to(CLI::App& command, bool may_stand_alone = true);
  void add_setting(CLI::App& command,
                   const std::string& flag,
                   const std::string& key,
                   const std::string& help,
                   SettingFlag::Kind kind = SettingFlag::json);
  // Concurrency, cache, caps and --offline.
  void add_llm_settings(CLI::App& command);
  // What was given. Throws Failure{usage} for a malformed --set.
  TaskOptions read() const;
  // The same where a task is needed: without --task the file task.json of the current folder.
  // Throws CLI::RequiredError where neither is there; otherwise says what else would do.
  TaskOptions read_task(const std::string& otherwise = "") const;

 private:
  std::string task_file_;
  std::vector<std::string> assignments_;
  std::deque<SettingFlag> settings_;
  bool offline_ = false;
};

}  // namespace zopo::cli
