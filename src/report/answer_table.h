#pragma once
// evaluations.csv of a run, by the names of its columns.
//
//   AnswerTable table(run.path() / "evaluations.csv");
//   table.at(0, "reply")

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zopo/data/csv.h"

namespace zopo::report {

class AnswerTable {
 public:
  // Throws Failure{data}, as all below: what is no table, or has no such column or figure.
  explicit AnswerTable(const std::filesystem::path& file);

  std::size_t size() const { return rows_.size() - 1; }
  const std::string& at(std::size_t row, const char* name) const;
  // "" where the table has no such column.
  std::string find(std::size_t row, const char* name) const;
  double number(std::size_t row, const char* name) const;
  std::int64_t count(std::size_t row, const char* name) const;

 private:
  std::filesystem::path file_;
  std::vector<data::CsvRow> rows_;
  std::map<std::string, std::size_t> column_;
};

}  // namespace zopo::report
