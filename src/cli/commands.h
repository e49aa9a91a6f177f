#pragma once
// The registry of commands: each adds itself to the command line.

#include <span>

namespace zopo::cli {

class CommandLine;

void add_init(CommandLine& line);
void add_optimize(CommandLine& line);
void add_compare(CommandLine& line);
void add_embed(CommandLine& line);
void add_evaluate(CommandLine& line);
void add_generate(CommandLine& line);
void add_validate(CommandLine& line);
void add_report(CommandLine& line);
void add_runs(CommandLine& line);
void add_schema(CommandLine& line);
void add_bench(CommandLine& line);
void add_doctor(CommandLine& line);
void add_cache(CommandLine& line);
void add_export(CommandLine& line);
void add_ask(CommandLine& line);
void add_tell(CommandLine& line);
void add_completion(CommandLine& line);
void add_manual(CommandLine& line);
void add_help(CommandLine& line);

// In the order of the help.
std::span<void (*const)(CommandLine&)> commands();

}  // namespace zopo::cli
