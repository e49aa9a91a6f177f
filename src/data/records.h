#pragma once
// The records of a data file, as JSON objects, each with the place where it stands.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace zopo::data {

struct Record {
  std::string where;  // "dev.jsonl:12", "dev.json: /examples/3"
  nlohmann::json value;
};

// All throw Failure{data} with the place. name: the file, for messages.
std::vector<Record> json_records(std::string_view text, const std::string& name);
std::vector<Record> jsonl_records(std::string_view text, const std::string& name);
// Cells are strings, named by the header row.
std::vector<Record> csv_records(std::string_view text, const std::string& name);

// ".jsonl" for "Dev.JSONL".
std::string lower_extension(const std::filesystem::path& file);

// By the extension: .json, .jsonl (or .ndjson), .csv, .yaml (or .yml).
std::vector<Record> load_records(const std::filesystem::path& file);

}  // namespace zopo::data
