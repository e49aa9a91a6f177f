#pragma once
// Examples with expected outputs, from json, jsonl, csv and yaml files.
//
//   FieldMap fields;                       // {"input"} -> {"output"}
//   Dataset dev = load_dataset("dev.jsonl", fields);
//
// Everything here throws Failure{data} naming file, line or JSON pointer, and what to do.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace zopo::data {

struct Example {
  std::string input;                    // what {{input}} becomes
  std::vector<std::string> references;  // accepted outputs, at least one
  std::map<std::string, std::string>
      fields;  // every other scalar field by name, for {{name}} in templates
};

struct Dataset {
  std::string name;  // the file's path as given, for messages
  std::vector<Example> examples;
};

// Which fields of a record hold the input and the references. When not set by the user (nullopt)
// the known layouts are recognised: input/output, question/answer (GSM8K: the answer after "####"
// is the reference), cause/effect, items/ all_common_concepts, an output that is a list of accepted
// answers, and promptfoo's test cases (yaml, json, jsonl; csv with __expected).
struct FieldMap {
  std::optional<std::string> input;
  std::optional<std::string> output;
};

// A .json file is an array of records or an object with "examples" (array, or object keyed by
// number); .jsonl is one record a line; .csv has a header row (RFC 4180). Byte order marks and
// empty lines are skipped. Refuses an empty set.
Dataset load_dataset(const std::filesystem::path& file, const FieldMap& fields);

}  // namespace zopo::data
