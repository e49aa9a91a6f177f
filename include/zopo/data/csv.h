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
// invalid UTF-8. Rows of differing length are the caller's to judge. Between tabs, quotes that are
// not those of RFC 4180 are plain characters.
std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name, char separator = ',');

// What stands most often between the cells of the first line: a comma, a semicolon, a tab or a bar;
// a comma where none of them does. Excel's first line "sep=;" says it too, and is taken off text.
char take_csv_separator(std::string_view& text);

}  // namespace zopo::data
