#pragma once
// Records -> the report that every way to them ends in.

#include <optional>
#include <vector>

#include "bench/cells.h"
#include "zopo/bench/bench.h"

namespace zopo::bench {

// records: one a cell, nothing where there is none.
BenchReport report_on(const BenchMatrix& matrix,
                      const std::vector<Cell>& cells,
                      const std::vector<std::optional<CellRecord>>& records);

}  // namespace zopo::bench
