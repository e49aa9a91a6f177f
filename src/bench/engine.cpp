#include "bench/engine.h"

#include <exception>
#include <mutex>

#include "bench/parallel.h"

namespace zopo::bench {
namespace {

// What another attempt may mend.
bool may_pass(const Error& error) {
  switch (error.kind) {
    case ErrorKind::internal:
    case ErrorKind::api:
    case ErrorKind::network:
    case ErrorKind::incomplete:
      return true;
    default:
      return false;
  }
}

// What would meet every other cell as well.
bool ends_all(const Error& error) {
  return error.kind == ErrorKind::budget || error.kind == ErrorKind::interrupted;
}

class Engine {
 public:
  Engine(const std::vector<Cell>& cells,
         const std::function<CellRecord(const Cell&)>& run,
         const EngineOptions& options,
         std::vector<std::optional<CellRecord>>& records)
      : cells_(cells), run_(run), options_(options), records_(records) {}

  std::optional<Error> execute() {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!records_[i]) open.push_back(i);
    }
    parallel_for(open.size(), options_.threads, [&](std::size_t i) { settle(open[i]); });
    return ended_by_;
  }

 private:
  void settle(std::size_t at) {
    if (is_over()) return;
    if (options_.watch) options_.watch->begin();
    CellRecord record = attempt(cells_[at]);
    if (record.error && ends_all(*record.error)) {
      over_ = true;
      if (options_.watch) options_.watch->end(CellEnd::given_up);
      const std::lock_guard lock(mutex_);
      if (!ended_by_) ended_by_ = record.error;
      return;
    }
    if (options_.folder) options_.folder->write(cells_[at], record);
    if (options_.watch) options_.watch->end(record.is_done() ? CellEnd::done : CellEnd::failed);
    records_[at] = std::move(record);
  }

  CellRecord attempt(const Cell& cell) const {
    for (int number = 1;; ++number) {
      CellRecord record = once(cell);
      record.attempts = number;
      const bool again = record.error && may_pass(*record.error) && number <= options_.retries;
      if (!again || is_over()) return record;
    }
  }

  CellRecord once(const Cell& cell) const {
    if (!options_.folder) return run_(cell);
    CellRecord failed;
    try {
      return run_(cell);
    } catch (const Failure& failure) {
      failed.error = failure.error();
    } catch (const std::exception& error) {
      failed.error = Error{ErrorKind::internal, error.what()};
    }
    return failed;
  }

  bool is_over() const { return over_ || (options_.interrupted && *options_.interrupted); }

  const std::vector<Cell>& cells_;
  const std::function<CellRecord(const Cell&)>& run_;
  const EngineOptions& options_;
  std::vector<std::optional<CellRecord>>& records_;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::optional<Error> ended_by_;
};

}  // namespace

std::vector<std::optional<CellRecord>> kept_records(const std::vector<Cell>& cells,
                                                    const EngineOptions& options) {
  std::vector<std::optional<CellRecord>> records(cells.size());
  if (!options.folder) return records;
  parallel_for(cells.size(), options.threads, [&](std::size_t i) {
    records[i] = options.folder->read(cells[i]);
    if (records[i] && !records[i]->is_done()) records[i].reset();
  });
  return records;
}

std::optional<Error> run_cells(const std::vector<Cell>& cells,
                               const std::function<CellRecord(const Cell&)>& run,
                               const EngineOptions& options,
                               std::vector<std::optional<CellRecord>>& records) {
  return Engine(cells, run, options, records).execute();
}

}  // namespace zopo::bench
