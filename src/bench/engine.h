#pragma once
// Cells -> their records: those that are there already are kept, the rest is run, several at once.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "bench/cells.h"
#include "bench/watch.h"
#include "zopo/base/interruption.h"

namespace zopo::bench {

struct EngineOptions {
  int threads = 1;
  int retries = 1;                            // of a cell whose failure may pass
  const CellFolder* folder = nullptr;         // none: nothing is kept, and a failure is thrown
  const Interruption* interrupted = nullptr;  // no further cell is begun; may be null
  BenchWatch* watch = nullptr;                // is told of each cell; may be null
};

// The cells that have been done before; failed ones are to be run again.
std::vector<std::optional<CellRecord>> kept_records(const std::vector<Cell>& cells,
                                                    const EngineOptions& options);

// Runs the cells that have no record yet. run(cell): the record, an error in it or thrown. Nothing
// is left where interruption, or a cap that concerns every cell, kept a cell from being run; the
// latter is returned.
std::optional<Error> run_cells(const std::vector<Cell>& cells,
                               const std::function<CellRecord(const Cell&)>& run,
                               const EngineOptions& options,
                               std::vector<std::optional<CellRecord>>& records);

}  // namespace zopo::bench
