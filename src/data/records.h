#pragma once
// The records of a data file, each with the place where it stands.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "record_value.h"

namespace zopo::data {

struct Record {
  std::string where;  // "dev.jsonl:12", "dev.json: /examples/3"
  RecordValue value;
};

struct RecordSet {
  std::vector<Record> records;
  std::string container;  // how the file holds them, in words: "CSV between semicolons"
};

// All throw Failure{data} with the place. name: the file, for messages.
std::vector<Record> jsonl_records(std::string_view text, const std::string& name);

// A list of records; an object whose "examples", "data", "rows", "instances" or "records" hold
// them; a list a column ({"question": [..], "answer": [..]}), pandas' other orientations; a list a
// split
// ({"train": [..]}), of which side says which is wanted ("dev" takes "validation" too); SQuAD's
// articles. Text that is JSON Lines after all is read as such.
RecordSet json_record_set(std::string_view text, const std::string& name, const std::string& side);
std::vector<Record> json_records(std::string_view text, const std::string& name);
// The splits that it holds, by their names there; none of a file that is one set.
std::vector<std::string> json_splits(std::string_view text, const std::string& name);

// Cells are strings, named by the header row; columns without a name (an index, Excel's empty ones)
// are left out. Comma, semicolon, tab or bar, as the first line has it. Without a header: rows of
// multiple choice as MMLU has them (question, choices, letter).
RecordSet csv_record_set(std::string_view text, const std::string& name);
std::vector<Record> csv_records(std::string_view text, const std::string& name);

// ".jsonl" for "Dev.JSONL".
std::string lower_extension(const std::filesystem::path& file);

// By the extension: .json, .jsonl (or .ndjson), .csv, .tsv, .yaml (or .yml); in UTF-8 or UTF-16.
// Parquet, Excel and compressed files are refused with the command that turns them into one of
// these.
RecordSet load_records(const std::filesystem::path& file, const std::string& side);

}  // namespace zopo::data
