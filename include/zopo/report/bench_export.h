#pragma once
// The summary of a bench -> one file of the kind that its name says: what `zopo bench --out`
// writes.
//
// Adding a kind = one function here and one line in bench_export.cpp.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "zopo/report/export.h"

namespace zopo::report {

// ".json (summary), .csv (cells), .."
std::string bench_export_kinds();

// Throws Failure{usage}, naming the kinds, for a name of no kind.
void check_bench_export(const std::filesystem::path& file);

// Does the kind show more than single cells, so that a shard's are not enough?
bool needs_all_cells(const std::filesystem::path& file);

// summary: as `zopo bench` makes it (see summarize() in src/bench/summary.h). Whole or not at
// all. Throws Failure: of check_bench_export, a file that cannot be written.
void export_bench(const nlohmann::json& summary,
                  const std::filesystem::path& file,
                  std::span<const Check> checks);

}  // namespace zopo::report
