#pragma once
// --out FILE, repeatable: copies of a run's result, of the kind that the name says; and what
// .junit.xml holds.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zopo/base/error.h"
#include "zopo/report/export.h"

namespace zopo::cli {

class Copies {
 public:
  explicit Copies(report::RunKind kind) : kind_(kind) {}
  void add_to(CLI::App& command);
  // Throws Failure{usage} for a name of no kind, Failure{data} for a place that cannot be written.
  // Before anything is paid for.
  void check() const;
  // After the run; one that cannot be written takes none of the others with it. The first error.
  std::optional<Error> write(const std::filesystem::path& run, report::Ending ending) const;

 private:
  report::RunKind kind_;
  std::vector<std::filesystem::path> files_;
  std::string junit_cases_;
};

// --junit-cases: which cases a .junit.xml holds.
void add_junit_cases(CLI::App& command, std::string& cases);
bool are_examples(const std::string& cases);

// The end of a run's command: writes the copies, says how it ended and returns the exit code.
// go_on: what to type after an error. done: what to say when all is well.
int finish_run(const std::filesystem::path& run,
               const std::optional<Error>& error,
               const std::string& go_on,
               const Copies& copies,
               const std::vector<report::Check>& checks,
               const std::string& done = "done");

}  // namespace zopo::cli
