#include "cli/commands.h"

namespace zopo::cli {

std::span<void (*const)(CommandLine&)> commands() {
  static constexpr void (*kCommands[])(CommandLine&) = {
      add_init, add_optimize, add_evaluate,   add_compare, add_generate, add_embed,  add_report,
      add_runs, add_export,   add_validate,   add_schema,  add_bench,    add_doctor, add_cache,
      add_ask,  add_tell,     add_completion, add_manual,  add_help,
  };
  return kCommands;
}

}  // namespace zopo::cli
