#include "records.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "json_syntax.h"
#include "promptfoo.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/text.h"
#include "zopo/data/csv.h"

namespace zopo::data {
namespace {

using nlohmann::json;

bool is_number(const std::string& key) {
  return !key.empty() && key.size() < 19 &&
         key.find_first_not_of("0123456789") == std::string::npos;
}

// "2" before "10"; any other keys alphabetically, as the parser keeps them.
std::vector<std::string> keys_in_order(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  if (std::all_of(keys.begin(), keys.end(), is_number)) {
    std::stable_sort(keys.begin(), keys.end(),
                     [](const auto& a, const auto& b) { return std::stoll(a) < std::stoll(b); });
  }
  return keys;
}

std::vector<Record> members_of(json& container, const std::string& place) {
  std::vector<Record> records;
  records.reserve(container.size());
  if (container.is_array()) {
    for (std::size_t i = 0; i < container.size(); ++i) {
      records.push_back({fmt::format("{}/{}", place, i), std::move(container[i])});
    }
  } else {
    for (const std::string& key : keys_in_order(container)) {
      records.push_back({fmt::format("{}/{}", place, key), std::move(container[key])});
    }
  }
  return records;
}

void check_header(const CsvRow& header, const std::string& name) {
  std::set<std::string> seen;
  for (const std::string& column : header.cells) {
    const std::string where = name + ":" + std::to_string(header.line);
    if (column.empty()) bad_data(where, "a column of the header row has no name.");
    if (!seen.insert(column).second) {
      bad_data(where, "the column \"" + column + "\" stands twice in the header row.");
    }
  }
}

}  // namespace

std::vector<Record> json_records(std::string_view text, const std::string& name) {
  json all = parse_json(without_bom(text), {name});
  if (all.is_array()) return members_of(all, name + ": ");
  if (all.is_object() && all.contains("examples") && all["examples"].is_structured()) {
    return members_of(all["examples"], name + ": /examples");
  }
  bad_data(
      name,
      "expected an array of records, or an object whose \"examples\" are an array or an object of "
      "records.");
}

std::vector<Record> jsonl_records(std::string_view text, const std::string& name) {
  std::vector<Record> records;
  std::size_t number = 0;
  for (const std::string_view line : split_lines(without_bom(text))) {
    ++number;
    if (trim(line).empty()) continue;
    records.push_back(
        {name + ":" + std::to_string(number), parse_json(line, {name, ErrorKind::data, number})});
  }
  return records;
}

std::vector<Record> csv_records(std::string_view text, const std::string& name) {
  const std::vector<CsvRow> rows = parse_csv(text, name);
  std::vector<Record> records;
  if (rows.empty()) return records;
  const CsvRow& header = rows.front();
  check_header(header, name);
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    const std::string where = name + ":" + std::to_string(row->line);
    if (row->cells.size() != header.cells.size()) {
      bad_data(where, "this row has " + std::to_string(row->cells.size()) +
                          " cells, the header row " + std::to_string(header.cells.size()) + ".");
    }
    json value = json::object();
    for (std::size_t i = 0; i < row->cells.size(); ++i) value[header.cells[i]] = row->cells[i];
    records.push_back({where, std::move(value)});
  }
  return records;
}

std::string lower_extension(const std::filesystem::path& file) {
  return fold_case(file.extension().string());
}

std::vector<Record> load_records(const std::filesystem::path& file) {
  const std::string extension = lower_extension(file), name = file.string();
  if (extension == ".json") return json_records(read_file(file), name);
  if (extension == ".jsonl" || extension == ".ndjson") return jsonl_records(read_file(file), name);
  if (extension == ".csv") return csv_records(read_file(file), name);
  if (extension == ".yaml" || extension == ".yml") return yaml_records(read_file(file), name);
  bad_data(name, "unknown kind of data file. Use .json, .jsonl, .csv or .yaml.");
}

}  // namespace zopo::data
