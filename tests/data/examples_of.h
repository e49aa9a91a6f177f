#pragma once
// Examples from the text of a file of data, for tests.

#include <string>
#include <vector>

#include "data/dataset_layout.h"

namespace zopo::data {

inline std::vector<Example> from_json(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(json_records(text, "d.json"), "d.json", fields).examples;
}

inline std::vector<Example> from_jsonl(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(jsonl_records(text, "d.jsonl"), "d.jsonl", fields).examples;
}

inline std::vector<Example> from_csv(const std::string& text, const FieldMap& fields = {}) {
  return dataset_of(csv_records(text, "d.csv"), "d.csv", fields).examples;
}

}  // namespace zopo::data
