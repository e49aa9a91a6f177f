#pragma once
// A run's directory -> one file of the kind that its name says: what --out writes.
//
//   check_export("summary.junit.xml", RunKind::search);             // before anything is paid for
//   export_run("runs/A", "summary.junit.xml", RunKind::search, ending);
//
// Adding a kind = one function here and one line in export.cpp.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zopo::report {

enum class RunKind { search, evaluation };  // zopo optimize, zopo evaluate

// A threshold that the result was held against.
struct Check {
  std::string name;                   // "--fail-under 0.8"
  std::optional<std::string> missed;  // why it does not pass
};

// How the run ended, where the files do not say it.
struct Ending {
  std::vector<Check> checks;
  std::optional<std::string> error;  // why it ended before its time
  // In .junit.xml also a case for each example that the prompt was tested on, dev where there is no
  // test.
  bool example_cases = false;
};

// "json (result), csv (answers), .."
std::string export_kinds(RunKind kind);

// Throws Failure{usage}, naming the kinds, for a name of no kind.
void check_export(const std::filesystem::path& file, RunKind kind);

// Whole or not at all. Throws Failure: of check_export, an unreadable run, a file that cannot be
// written.
void export_run(const std::filesystem::path& run,
                const std::filesystem::path& file,
                RunKind kind,
                const Ending& ending);

// What made the run.
RunKind kind_of_run(const std::filesystem::path& run);

}  // namespace zopo::report
