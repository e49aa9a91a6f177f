// A CSV file as records: separators and headers as spreadsheets write them. Called for every .csv
// and .tsv of data.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "record_shapes.h"
#include "records.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"
#include "zopo/data/csv.h"

namespace zopo::data {
namespace {

const char* separator_name(char separator) {
  switch (separator) {
    case ';':
      return "CSV between semicolons";
    case '\t':
      return "CSV between tabs";
    case '|':
      return "CSV between bars";
    default:
      return "CSV";
  }
}

std::string place_of(const std::string& name, const CsvRow& row) {
  return name + ":" + std::to_string(row.line);
}

// "" and pandas' "Unnamed: 0".
bool is_unnamed(const std::string& column) {
  return trim(column).empty() || column.starts_with("Unnamed: ");
}

void check_header(const CsvRow& header, const std::string& name) {
  std::set<std::string> seen;
  bool any = false;
  for (const std::string& column : header.cells) {
    if (is_unnamed(column)) continue;
    any = true;
    if (!seen.insert(column).second) {
      bad_data(place_of(name, header),
               "the column \"" + column + "\" stands twice in the header row.");
    }
  }
  if (!any) bad_data(place_of(name, header), "no column of the header row has a name.");
}

bool is_known_field(const std::string& name) {
  const auto is_name = [&](const char* known) { return name == known; };
  return std::any_of(std::begin(kKnownInputs), std::end(kKnownInputs), is_name) ||
         std::any_of(std::begin(kKnownOutputs), std::end(kKnownOutputs), is_name);
}

// Where no name of the header row is known, and other rows have one of its cells in the same
// column, it is no header but an example.
void check_for_header(const std::vector<CsvRow>& rows, const std::string& name) {
  const CsvRow& header = rows.front();
  if (std::any_of(header.cells.begin(), header.cells.end(), is_known_field)) return;
  for (std::size_t column = 0; column < header.cells.size(); ++column) {
    const std::string& cell = header.cells[column];
    if (is_unnamed(cell)) continue;
    const auto same = [&](const CsvRow& row) {
      return column < row.cells.size() && row.cells[column] == cell;
    };
    const auto times = std::count_if(rows.begin() + 1, rows.end(), same);
    if (times < 2) continue;
    bad_data(place_of(name, header),
             fmt::format("this line should name the columns, but {} others have its \"{}\" in the "
                         "same column: it looks like an example. Put a line with the names before "
                         "it: input and output, say.",
                         times, cell));
  }
}

// The index of the letter among the choices of a row: question, choices, letter.
std::optional<std::size_t> letter_of(const CsvRow& row) {
  if (row.cells.size() < 4) return std::nullopt;
  const std::string_view last = trim(row.cells.back());
  if (last.size() != 1 || last[0] < 'A' || last[0] > 'Z') return std::nullopt;
  const auto letter = static_cast<std::size_t>(last[0] - 'A');
  if (letter >= row.cells.size() - 2) return std::nullopt;
  return letter;
}

bool is_multiple_choice(const std::vector<CsvRow>& rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [](const CsvRow& row) { return letter_of(row).has_value(); });
}

RecordValue multiple_choice_record(const CsvRow& row) {
  RecordValue value = RecordValue::object();
  value["question"] = row.cells.front();
  value["choices"] = std::vector<std::string>(row.cells.begin() + 1, row.cells.end() - 1);
  value["answer"] = std::string(trim(row.cells.back()));
  return value;
}

RecordValue named_record(const CsvRow& header, const CsvRow& row, const std::string& where) {
  const auto empty = [](const std::string& cell) { return trim(cell).empty(); };
  const std::size_t named = header.cells.size();
  const bool fits =
      row.cells.size() >= named &&
      std::all_of(row.cells.begin() + static_cast<std::ptrdiff_t>(named), row.cells.end(), empty);
  if (!fits) {
    bad_data(where, fmt::format("this row has {} cells, the header row {} ({}).", row.cells.size(),
                                named, join(header.cells, ", ")));
  }
  RecordValue value = RecordValue::object();
  for (std::size_t i = 0; i < named; ++i) {
    if (!is_unnamed(header.cells[i])) add_member(value, header.cells[i], row.cells[i]);
  }
  return value;
}

}  // namespace

RecordSet csv_record_set(std::string_view text, const std::string& name) {
  const std::size_t before = text.size();
  std::string_view body = text;
  const char separator = take_csv_separator(body);
  const std::size_t skipped_lines = body.size() + 3 < before ? 1 : 0;  // more than a mark went
  std::vector<CsvRow> rows = parse_csv(body, name, separator);
  for (CsvRow& row : rows) row.line += skipped_lines;
  RecordSet set{{}, separator_name(separator)};
  if (rows.empty()) return set;
  if (is_multiple_choice(rows)) {
    set.container += " without a header: question, choices, letter";
    for (const CsvRow& row : rows)
      set.records.push_back({place_of(name, row), multiple_choice_record(row)});
    return set;
  }
  const CsvRow& header = rows.front();
  check_header(header, name);
  check_for_header(rows, name);
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    const std::string where = place_of(name, *row);
    set.records.push_back({where, named_record(header, *row, where)});
  }
  return set;
}

std::vector<Record> csv_records(std::string_view text, const std::string& name) {
  return csv_record_set(text, name).records;
}

}  // namespace zopo::data
