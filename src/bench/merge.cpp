#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "bench/cells.h"
#include "bench/report.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/base/json.h"
#include "zopo/base/log.h"
#include "zopo/bench/bench.h"
#include "zopo/store/response_store.h"

namespace zopo::bench {
namespace {

using nlohmann::json;
using store::ResponseStore;

constexpr const char* kResponses = "responses.db";

std::vector<CellFolder> open_folders(const std::vector<std::filesystem::path>& directories) {
  std::vector<CellFolder> folders;
  for (const std::filesystem::path& directory : directories) {
    folders.push_back(CellFolder::open(directory));
    if (folders.back().matrix().hash() == folders.front().matrix().hash()) continue;
    throw Failure(ErrorKind::usage,
                  fmt::format("{} and {} hold cells of different benches: their description or an "
                              "input differs.",
                              folders.front().path().string(), directory.string()));
  }
  return folders;
}

// A value of the record by its pointer, for the message.
std::string value_at(const json& record, const json::json_pointer& at) {
  return record.contains(at) ? record.at(at).dump() : "nothing";
}

[[noreturn]] void refuse_difference(const BenchMatrix& matrix,
                                    const Cell& cell,
                                    const json& first,
                                    const json& second,
                                    const std::filesystem::path& where) {
  const json::json_pointer at(json::diff(first, second)[0].at("path").get<std::string>());
  throw Failure(ErrorKind::usage,
                fmt::format("{} ({}): the directories disagree: {} is {} in one and {} in {}. "
                            "Remove the cell where it is wrong.",
                            cell.id, matrix.label(cell), at.to_string(), value_at(first, at),
                            value_at(second, at), where.string()));
}

// The record of one cell, and the folder that has it. One that is done stands over one that failed.
struct Found {
  std::optional<CellRecord> record;
  const CellFolder* folder = nullptr;
};

Found find_cell(const std::vector<CellFolder>& folders, const Cell& cell) {
  Found found;
  for (const CellFolder& folder : folders) {
    std::optional<CellRecord> record = folder.read(cell);
    if (!record) continue;
    if (found.record && found.record->is_done()) {
      if (!record->is_done()) continue;
      const json first = to_json(*found.record)["result"], second = to_json(*record)["result"];
      if (first != second) refuse_difference(folder.matrix(), cell, first, second, folder.path());
      continue;
    }
    found = {std::move(record), &folder};
  }
  return found;
}

void check_whole(const std::vector<Cell>& cells,
                 const std::vector<std::optional<CellRecord>>& records,
                 const BenchMatrix& matrix) {
  constexpr std::size_t kNamed = 5;
  std::size_t missing = 0;
  std::string first;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (records[i]) continue;
    if (missing++ < kNamed)
      first += fmt::format("\n  {} ({})", cells[i].id, matrix.label(cells[i]));
  }
  if (missing == 0) return;
  throw Failure(ErrorKind::usage,
                fmt::format("{} of {} cells are missing; run their shards, or say --partial. The "
                            "first:{}",
                            missing, cells.size(), first));
}

// Everything in the cell's directory, a live one's run included.
void copy_cell(const CellFolder& from, const CellFolder& to, const Cell& cell) {
  const std::filesystem::path target = to.directory_of(cell);
  if (from.directory_of(cell) == target) return;
  using enum std::filesystem::copy_options;
  std::error_code failure;
  std::filesystem::create_directories(target.parent_path(), failure);
  if (!failure)
    std::filesystem::copy(from.directory_of(cell), target, recursive | overwrite_existing, failure);
  if (failure) bad_data(target, "cannot be copied to: " + failure.message());
}

// Every response of one store into the other.
void join_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code unknown;
  if (!std::filesystem::exists(from) || std::filesystem::equivalent(from, to, unknown)) return;
  const auto source = ResponseStore::open(from, ResponseStore::Mode::read_only);
  const auto target = ResponseStore::open(to, ResponseStore::Mode::read_write);
  std::string problem;  // written by the one thread that commits
  source->for_each([&](const ResponseStore::Entry& entry) {
    if (entry.damaged) {
      log_warn("{}: the record {} is damaged and stays behind.", from.string(), to_hex(entry.key));
      return true;
    }
    target->put(entry.key, entry.payload, [&](std::string error) {
      if (!error.empty()) problem = std::move(error);
    });
    return true;
  });
  target->finalize();
  if (!problem.empty()) bad_data(to, problem);
}

void copy_all(const std::vector<CellFolder>& folders,
              const std::vector<Cell>& cells,
              const std::vector<const CellFolder*>& where,
              const std::filesystem::path& into) {
  const CellFolder target(into, folders.front().matrix());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (where[i]) copy_cell(*where[i], target, cells[i]);
  }
  for (const CellFolder& folder : folders)
    join_store(folder.path() / kResponses, into / kResponses);
}

}  // namespace

BenchReport merge_bench(const MergeOptions& options) {
  const std::vector<CellFolder> folders = open_folders(options.directories);
  const BenchMatrix& matrix = folders.front().matrix();
  const std::vector<Cell> cells = matrix.cells();
  std::vector<std::optional<CellRecord>> records;
  std::vector<const CellFolder*> where;
  for (const Cell& cell : cells) {
    Found found = find_cell(folders, cell);
    records.push_back(std::move(found.record));
    where.push_back(found.folder);
  }
  if (!options.partial) check_whole(cells, records, matrix);
  if (options.into) copy_all(folders, cells, where, *options.into);
  return report_on(matrix, cells, records);
}

bool is_bench(const std::filesystem::path& path) {
  return std::filesystem::exists(path / "bench.json") || std::filesystem::is_regular_file(path);
}

json load_bench_summary(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path))
    return merge_bench({.directories = {path}, .into = {}, .partial = true}).summary;
  json summary = parse_json_of_others(read_file(path));
  if (!summary.is_object() || !summary.contains("cells") || !summary["cells"].is_array())
    bad_data(path, "not the summary of a bench with its cells; write it by zopo bench --out");
  return summary;
}

}  // namespace zopo::bench
