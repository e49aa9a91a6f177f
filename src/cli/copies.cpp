#include "cli/copies.h"

#include "cli/ending.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "zopo/store/atomic_file.h"

namespace zopo::cli {

void Copies::add_to(CLI::App& command) {
  add_option(
      command, "--out", files_,
      "A copy of the result; its name ends in " + report::export_kinds(kind_) + "; repeatable.")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_junit_cases(command, junit_cases_);
}

void add_junit_cases(CLI::App& command, std::string& cases) {
  add_option(command, "--junit-cases", cases,
             "thresholds: a test case for each. examples: one for each example of the test, too.")
      ->check(CLI::IsMember({"thresholds", "examples"}));
}

bool are_examples(const std::string& cases) { return cases == "examples"; }

void Copies::check() const {
  for (const std::filesystem::path& file : files_) {
    report::check_export(file, kind_);
    store::require_writable(file);
  }
}

std::optional<Error> Copies::write(const std::filesystem::path& run, report::Ending ending) const {
  ending.example_cases = are_examples(junit_cases_);
  std::optional<Error> first;
  for (const std::filesystem::path& file : files_) {
    try {
      report::export_run(run, file, kind_, ending);
    } catch (const Failure& failure) {
      if (!first) first = failure.error();
    }
  }
  return first;
}

int finish_run(const std::filesystem::path& run,
               const std::optional<Error>& error,
               const std::string& go_on,
               const Copies& copies,
               const std::vector<report::Check>& checks,
               const std::string& done) {
  report::Ending ending{.checks = checks, .error = std::nullopt};
  if (error) ending.error = error->message;
  const std::optional<Error> unwritten = copies.write(run, ending);
  if (error) {
    say_how_it_ended(code_of(*error), error->message, next_step(*error, go_on));
    return code_of(*error);
  }
  if (unwritten) {
    say_how_it_ended(code_of(*unwritten), unwritten->message,
                     "the run is whole; zopo report " + run.string() + " --out FILE copies it");
    return code_of(*unwritten);
  }
  for (const report::Check& check : checks) {
    if (check.missed) return say_how_it_ended(kThreshold, *check.missed, ""), kThreshold;
  }
  return say_how_it_ended(kDone, done, ""), kDone;
}

}  // namespace zopo::cli
