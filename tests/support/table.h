#pragma once
// Tables of reference values, tests/MODULE/tables/NAME.jsonl, one object a line. The values follow
// from the published definition of each metric; where zopo departs from it on purpose, "departs"
// holds its own value and says why.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace zopo::test {

inline std::vector<nlohmann::json> table(const std::string& module, const std::string& name) {
  const char* source = std::getenv("ZOPO_SOURCE_DIR");
  const std::filesystem::path file = std::filesystem::path(source == nullptr ? "." : source) /
                                     "tests" / module / "tables" / (name + ".jsonl");
  std::ifstream in(file);
  EXPECT_TRUE(in.good()) << file;
  std::vector<nlohmann::json> rows;
  for (std::string line; std::getline(in, line);) rows.push_back(nlohmann::json::parse(line));
  EXPECT_GE(rows.size(), 200u) << file;
  return rows;
}

// "4/5" -> 0.8; a number as it is.
inline double value_of(const nlohmann::json& cell) {
  if (cell.is_number()) return cell.get<double>();
  const std::string text = cell;
  const std::size_t slash = text.find('/');
  return slash == std::string::npos ? std::stod(text)
                                    : std::stod(text) / std::stod(text.substr(slash + 1));
}

// What zopo gives for a metric of a row.
inline double expected(const nlohmann::json& row, const std::string& metric) {
  const nlohmann::json departs = row.value("departs", nlohmann::json::object());
  return value_of(departs.contains(metric) ? departs[metric] : row[metric]);
}

}  // namespace zopo::test
