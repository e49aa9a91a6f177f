// Reads a run's evaluations.csv. Called for pages, comparisons and summaries of runs.

#include "report/answer_table.h"

#include <fmt/format.h>

#include <exception>

#include "report/escapes.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"

namespace zopo::report {
namespace {

constexpr double kMostTokens = 1e12;

}  // namespace

AnswerTable::AnswerTable(const std::filesystem::path& file)
    : file_(file), rows_(data::parse_csv(read_file(file), file.string())) {
  if (rows_.empty()) bad_data(file, "no header. Resume the run.");
  for (std::size_t i = 0; i < rows_[0].cells.size(); ++i) column_[rows_[0].cells[i]] = i;
  for (std::size_t row = 1; row < rows_.size(); ++row) {
    for (std::string& cell : rows_[row].cells) cell = unguarded(cell);
  }
}

const std::string& AnswerTable::at(std::size_t row, const char* name) const {
  const auto found = column_.find(name);
  const std::vector<std::string>& cells = rows_[row + 1].cells;
  if (found == column_.end() || found->second >= cells.size())
    bad_data(file_, fmt::format("line {} has no {}. Resume the run.", rows_[row + 1].line, name));
  return cells[found->second];
}

std::string AnswerTable::find(std::size_t row, const char* name) const {
  return column_.contains(name) ? at(row, name) : "";
}

double AnswerTable::number(std::size_t row, const char* name) const {
  try {
    return std::stod(at(row, name));
  } catch (const std::exception&) {
    bad_data(file_, fmt::format("line {}: {} is no number.", rows_[row + 1].line, name));
  }
}

std::int64_t AnswerTable::count(std::size_t row, const char* name) const {
  const double value = number(row, name);
  if (!(value >= 0 && value <= kMostTokens))
    bad_data(file_, fmt::format("line {}: {} is no count.", rows_[row + 1].line, name));
  return static_cast<std::int64_t>(value);
}

}  // namespace zopo::report
