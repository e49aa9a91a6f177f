#pragma once
// The command line as a whole: commands register themselves, then one of them is run.
//
//   void add_schema(CommandLine& line) {
//     line.add(line.app(), "schema", "Print the JSON Schema of task files.", [] { return kDone; });
//   }
//
// Adding a command is one file command_<name>.cpp with such a function and one line in
// commands.cpp.

#include <functional>
#include <memory>
#include <string>

#include "zopo/base/log.h"

namespace CLI {
class App;
}

namespace zopo::cli {

class CommandLine {
 public:
  // Every command of the registry is added.
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  CLI::App& app() { return *app_; }
  // execute returns the exit code. It is called once everything is parsed, and may still throw a
  // CLI::ParseError, which counts as a wrong command line.
  CLI::App& add(CLI::App& parent,
                const std::string& name,
                const std::string& help,
                std::function<int()> execute);
  // Parses and executes; the exit code. Help and version go to stdout, usage errors to stderr.
  int run(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
  std::function<int()> execute_;
  LogLevel log_level_ = LogLevel::warn;
};

}  // namespace zopo::cli
