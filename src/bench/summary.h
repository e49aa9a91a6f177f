#pragma once
// All cells of a bench -> its summary and its table.

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/cells.h"
#include "bench/search.h"

namespace zopo::bench {

// One method's runs, averaged over seeds: one entry per landscape.
struct MethodRuns {
  std::string name;
  std::vector<BenchRun> landscapes;
};

// The mean of runs, entry by entry. Requires runs.
BenchRun mean_run(const std::vector<BenchRun>& runs);

// cells: those of the matrix or of a part of it, in their order; records: one each, nothing where a
// cell has none. Figures are over the subjects and seeds for which every method is done. Methods in
// the order given; every ordered pair. Intervals by bootstrap over landscapes, over live subjects.
//
//   {"landscapes": N, "methods": {NAME: {"auc", "auc_ci", "final", ..}}, "paired": {"A-vs-B": ..},
//    "variants": {NAME: {"landscapes", "methods", "paired"}},  where the description has some
//    "tasks": N, "live": {NAME: {"test", "test_ci", "calls", ..}}, "live_paired": {..},
//    "ranks": {NAME: R}, "profile": {"tau": [..], "share": {NAME: [..]}},
//    "comparison": {"test", "pairs": {"A-vs-B": {"p_value", "holm"}}, "groups": [[NAME, ..], ..]},
//    "failed": N, "missing": N, "cells": [{"id", "state", "method", "seed", ..}, ..]}
nlohmann::json summarize(const BenchMatrix& matrix,
                         const std::vector<Cell>& cells,
                         const std::vector<std::optional<CellRecord>>& records);

void print_table(const nlohmann::json& summary, const BenchMatrix& matrix, std::ostream& table);

}  // namespace zopo::bench
