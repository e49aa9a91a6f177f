// Picks the writer of a bench's summary by the file's name. Called for --out of zopo bench.

#include "zopo/report/bench_export.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "report/bench_files.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/store/atomic_file.h"

namespace zopo::report {
namespace {

using nlohmann::json;

struct BenchKind {
  const char* suffix;
  const char* what;
  bool needs_all;
  std::string (*make)(const json& summary, std::span<const Check> checks);
};

std::string json_of(const json& summary, std::span<const Check>) {
  return summary.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string csv_of(const json& summary, std::span<const Check>) { return bench_csv(summary); }

constexpr BenchKind kBenchKinds[] = {
    {".json", "summary", true, json_of},
    {".csv", "cells", false, csv_of},
    {".html", "report", true, bench_page},
    {".junit.xml", "cells as test cases", false, bench_junit},
    {".md", "table", true, bench_markdown},
};

const BenchKind& bench_kind(const std::filesystem::path& file) {
  const std::string name = fold_case(file.filename().string());
  for (const BenchKind& kind : kBenchKinds) {
    if (name.ends_with(kind.suffix)) return kind;
  }
  throw Failure(ErrorKind::usage, "--out " + file.string() +
                                      ": the end of the name says the kind; expected " +
                                      bench_export_kinds() + ".");
}

}  // namespace

std::string bench_export_kinds() {
  std::vector<std::string> kinds;
  for (const BenchKind& kind : kBenchKinds)
    kinds.push_back(std::string(kind.suffix) + " (" + kind.what + ")");
  return join(kinds, ", ");
}

void check_bench_export(const std::filesystem::path& file) { bench_kind(file); }

bool needs_all_cells(const std::filesystem::path& file) { return bench_kind(file).needs_all; }

void export_bench(const json& summary,
                  const std::filesystem::path& file,
                  std::span<const Check> checks) {
  store::write_file_atomically(file, bench_kind(file).make(summary, checks));
}

}  // namespace zopo::report
