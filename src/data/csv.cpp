// CSV through libcsv, with errors that name the line. Called for data, for embeddings and, by
// report, for tables of runs.

#include "zopo/data/csv.h"

#include <csv.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "json_syntax.h"
#include "zopo/base/error.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

constexpr const char* kNotUtf8 =
    "this line is not valid UTF-8. Save the file as UTF-8; from Windows: iconv -f WINDOWS-1252 -t "
    "UTF-8 OLD > NEW.";
constexpr std::size_t kBlock = 1 << 16;  // by which libcsv's buffer of one cell grows

struct Reader {
  std::vector<CsvRow> rows;
  CsvRow row;
  bool between_rows = true;
};

void end_cell(void* cell, std::size_t size, void* reader) {
  static_cast<Reader*>(reader)->row.cells.emplace_back(static_cast<const char*>(cell), size);
}

void end_row(int, void* reader) {
  auto* r = static_cast<Reader*>(reader);
  r->rows.push_back(std::exchange(r->row, {}));
  r->between_rows = true;
}

int is_no_space(unsigned char) { return 0; }  // RFC 4180: spaces belong to the cell

[[noreturn]] void fail(const std::string& name, std::size_t line, const std::string& message) {
  throw Failure(ErrorKind::data, name + ":" + std::to_string(line) + ": " + message);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

std::vector<CsvRow> parse_quoted(std::string_view text, const std::string& name, char separator) {
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  const std::unique_ptr<csv_parser, decltype(&csv_free)> owner(&parser, csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(separator));
  csv_set_space_func(&parser, is_no_space);
  csv_set_blk_size(&parser, kBlock);

  Reader reader;
  text = without_bom(text);
  std::size_t line_number = 0;
  while (!text.empty()) {  // line by line, so that a row knows its line
    const std::string_view line = take_line(text);
    ++line_number;
    if (reader.between_rows) reader.row.line = line_number;
    reader.between_rows = false;
    if (!is_valid_utf8(line)) fail(name, line_number, kNotUtf8);
    if (csv_parse(&parser, line.data(), line.size(), end_cell, end_row, &reader) != line.size()) {
      fail(name, line_number,
           "a double quote stands inside a cell. Put the cell in double quotes and double those "
           "inside it.");
    }
    if (trim(line).empty() && reader.row.cells.empty() && !parser.quoted)
      reader.between_rows = true;
  }
  if (csv_fini(&parser, end_cell, end_row, &reader) != 0) {
    fail(name, reader.row.line,
         "a quoted cell that begins in this row never ends. Close it with a double quote.");
  }
  return std::move(reader.rows);
}

std::vector<CsvRow> parse_unquoted(std::string_view text, const std::string& name, char separator) {
  std::vector<CsvRow> rows;
  std::size_t line_number = 0;
  for (const std::string_view line : split_lines(without_bom(text))) {
    ++line_number;
    if (!is_valid_utf8(line)) fail(name, line_number, kNotUtf8);
    if (!trim(line).empty()) rows.push_back({line_number, split(line, separator)});
  }
  return rows;
}

}  // namespace

char take_csv_separator(std::string_view& text) {
  text = without_bom(text);
  constexpr std::string_view kSaid = "sep=";
  if (text.starts_with(kSaid) && text.size() > kSaid.size()) {
    const char separator = text[kSaid.size()];
    take_line(text);
    return separator;
  }
  constexpr std::string_view kSeparators = ",\t;|";
  std::size_t counts[kSeparators.size()] = {};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    if (const std::size_t i = kSeparators.find(c); i != std::string_view::npos) ++counts[i];
  }
  // Of equally many the first.
  const auto* most = std::max_element(std::begin(counts), std::end(counts));
  return kSeparators[static_cast<std::size_t>(most - std::begin(counts))];
}

std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name, char separator) {
  if (separator != '\t') return parse_quoted(text, name, separator);
  try {
    return parse_quoted(text, name, separator);
  } catch (const Failure&) {
    return parse_unquoted(text, name, separator);
  }
}

}  // namespace zopo::data
