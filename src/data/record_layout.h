#pragma once
// Which fields of records are the input and the output.

#include <string>
#include <vector>

#include "records.h"
#include "zopo/data/dataset.h"

namespace zopo::data {

// That of all records of a file.
struct RecordLayout {
  std::string input, output;        // "" where the input is made of others
  std::vector<std::string> before;  // fields that stand before the input, where a record has them
  std::string choices;              // the field of choices that stands after the input
  bool letters = false;             // the answer is a letter of these
  bool cause_and_effect = false;
  std::vector<std::string> joined;  // instead of an input: the fields that the prompt shows
};

// What the user named, or else the layout of the first record that is known; see FieldMap. Throws
// Failure{data}, with the fields there are.
RecordLayout find_layout(const std::vector<Record>& records, const FieldMap& fields);

// "input: question + choices as lettered lines; output: answer (a letter)"
std::string words_for(const RecordLayout& layout);

// A field by its name, or else by JSON pointer; nullptr where there is none or a null.
const RecordValue* named_value(const RecordValue& record, const std::string& name);
// Throws Failure{data} where there is none.
const RecordValue& required_value(const Record& record, const std::string& field);

// "Its fields are input, output."
std::string fields_there(const Record& record);

}  // namespace zopo::data
