// Embeddings from JSON and CSV. Called by embeddings.cpp.

#include "embeddings_text.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "json_syntax.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"
#include "zopo/data/csv.h"

namespace zopo::data {
namespace {

using nlohmann::json;

void check_dimension(const std::string& where, std::size_t found, std::size_t expected) {
  if (found != expected || found == 0) {
    bad_data(where, fmt::format("this row has {} number(s), the first has {}.", found, expected));
  }
}

std::optional<double> number_of(const std::string& cell) {
  std::string_view text = trim(cell);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Embeddings matrix_of(const std::vector<std::vector<double>>& rows) {
  RowMatrix z(static_cast<Index>(rows.size()), static_cast<Index>(rows.front().size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    z.row(static_cast<Index>(i)) =
        Eigen::Map<const Eigen::RowVectorXd>(rows[i].data(), static_cast<Index>(rows[i].size()));
  }
  return Embeddings::from_matrix(std::move(z));
}

std::vector<double> json_row(const json& row, const std::string& where) {
  if (!row.is_array()) bad_data(where, "expected an array of numbers.");
  std::vector<double> values;
  for (const json& value : row) {
    if (!value.is_number()) bad_data(where, "holds something that is not a number.");
    values.push_back(value.get<double>());
  }
  return values;
}

std::vector<double> csv_row(const CsvRow& row, const std::string& where) {
  std::vector<double> values;
  for (const std::string& cell : row.cells) {
    const std::optional<double> value = number_of(cell);
    if (!value) bad_data(where, "\"" + cell + "\" is not a number.");
    values.push_back(*value);
  }
  return values;
}

bool is_header(const CsvRow& row) {
  for (const std::string& cell : row.cells) {
    if (!number_of(cell)) return true;
  }
  return false;
}

}  // namespace

Embeddings embeddings_of_json(std::string_view text, const std::string& name) {
  const json document = parse_json(without_bom(text), {name});
  const bool wrapped = document.is_object() && document.contains("embeddings");
  const json& rows = wrapped ? document["embeddings"] : document;
  if (!rows.is_array()) {
    bad_data(name,
             "expected an array of rows, each an array of numbers, or an object whose "
             "\"embeddings\" are one.");
  }
  if (rows.empty()) bad_data(name, "no embeddings.");
  std::vector<std::vector<double>> values;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string where = fmt::format("{}: {}/{}", name, wrapped ? "/embeddings" : "", i);
    values.push_back(json_row(rows[i], where));
    check_dimension(where, values.back().size(), values.front().size());
  }
  return matrix_of(values);
}

Embeddings embeddings_of_csv(std::string_view text, const std::string& name) {
  const std::vector<CsvRow> rows = parse_csv(text, name);
  std::vector<std::vector<double>> values;
  for (const CsvRow& row : rows) {
    if (&row == &rows.front() && is_header(row)) continue;
    const std::string where = fmt::format("{}:{}", name, row.line);
    values.push_back(csv_row(row, where));
    check_dimension(where, values.back().size(), values.front().size());
  }
  if (values.empty()) bad_data(name, "no embeddings.");
  return matrix_of(values);
}

}  // namespace zopo::data
