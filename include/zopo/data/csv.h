#pragma once
// CSV with a header row (RFC 4180), through libcsv.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::data {

struct CsvRow {
  std::size_t line = 1;  // where the row begins, from 1
  std::vector<std::string> cells;
};

// All rows, the header too; a byte order mark and empty lines are skipped. name: the file, for
// messages. Throws Failure{data}: a quote that never ends or stands inside an unquoted cell,
// invalid UTF-8. Rows of differing length are the caller's to judge.
std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name);

}  // namespace zopo::data
