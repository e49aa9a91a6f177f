// Reads a data file as records, by its extension. Called by dataset.cpp and candidates.cpp.

#include "records.h"

#include <fmt/format.h>

#include "data/promptfoo/test_cases.h"
#include "utf16.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/file.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

constexpr std::string_view kLittleUtf32("\xFF\xFE\0\0", 4), kBigUtf32("\0\0\xFE\xFF", 4);

[[noreturn]] void refuse_python(const std::string& name, const std::string& read) {
  bad_data(name,
           fmt::format("this kind of file is not read. Convert it: python3 -c \"import pandas; "
                       "pandas.{}('{}').to_json('data.jsonl', orient='records', lines=True, "
                       "force_ascii=False)\", and name data.jsonl.",
                       read, name));
}

[[noreturn]] void refuse_kind(const std::string& extension, const std::string& name) {
  if (extension == ".parquet" || extension == ".feather" || extension == ".orc")
    refuse_python(name, "read_" + extension.substr(1));
  if (extension == ".arrow") refuse_python(name, "read_feather");
  if (extension == ".xlsx" || extension == ".xls" || extension == ".ods")
    refuse_python(name, "read_excel");
  if (extension == ".gz") bad_data(name, "a compressed file. Unpack it: gunzip -k '" + name + "'.");
  if (extension == ".zip") bad_data(name, "a compressed file. Unpack it: unzip '" + name + "'.");
  if (extension == ".zst" || extension == ".xz" || extension == ".bz2")
    bad_data(name, "a compressed file. Unpack it first.");
  bad_data(name, "unknown kind of data file. Use .json, .jsonl, .csv, .tsv or .yaml.");
}

RecordValue line_value(std::string_view line, const std::string& name, std::size_t number) {
  try {
    return parse_record_value(line, {name, ErrorKind::data, number});
  } catch (const Failure& failure) {
    const std::string what = failure.what();
    if (what.find("unexpected end of input") == std::string::npos) throw;
    throw Failure(ErrorKind::data,
                  what +
                      " Every line of JSON Lines is a whole record. Where one stands on several "
                      "lines, make a list of them and name the file .json.");
  }
}

std::string text_of(const std::filesystem::path& file) {
  std::string bytes = read_file(file);
  if (bytes.starts_with(kLittleUtf32) || bytes.starts_with(kBigUtf32))
    bad_data(file.string(),
             "the file is UTF-32. Save it as UTF-8: iconv -f UTF-32 -t UTF-8 OLD > NEW.");
  return utf8_of_file(std::move(bytes));
}

}  // namespace

std::vector<Record> jsonl_records(std::string_view text, const std::string& name) {
  std::vector<Record> records;
  std::size_t number = 0;
  for (const std::string_view line : split_lines(without_bom(text))) {
    ++number;
    if (trim(line).empty()) continue;
    records.push_back({name + ":" + std::to_string(number), line_value(line, name, number)});
  }
  return records;
}

std::string lower_extension(const std::filesystem::path& file) {
  return fold_case(file.extension().string());
}

std::vector<std::string> splits_in(const std::filesystem::path& file) {
  if (lower_extension(file) != ".json") return {};
  return json_splits(text_of(file), file.string());
}

RecordSet load_records(const std::filesystem::path& file, const std::string& side) {
  const std::string extension = lower_extension(file), name = file.string();
  if (extension == ".json" || extension == ".jsonl" || extension == ".ndjson") {
    const std::string content = text_of(file);
    // Lines are one record each, but for a file that was named in haste.
    const bool lines = extension != ".json" && !trim(without_bom(content)).starts_with('[');
    if (lines) return {jsonl_records(content, name), "JSON Lines"};
    return json_record_set(content, name, side);
  }
  if (extension == ".csv" || extension == ".tsv") return csv_record_set(text_of(file), name);
  if (extension == ".yaml" || extension == ".yml")
    return {yaml_records(text_of(file), name), "YAML"};
  refuse_kind(extension, name);
}

}  // namespace zopo::data
