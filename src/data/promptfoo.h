#pragma once
// promptfoo's test cases as records: its variables beside the expected text, as "__expected".
//
//   vars: {question: "Capital of France?"}        {"question": "Capital of France?",
//   assert: [{type: equals, value: Paris}]   ->    "__expected": ["Paris"]}
//
// In a CSV file the variables are columns and "__expected" is one, with "TYPE:VALUE" or a value
// that the reply has to equal; further columns that begin with "__" are promptfoo's own.

#include <vector>

#include "records.h"

namespace zopo::data {

inline constexpr const char* kPromptfooExpected = "__expected";

// Records that are no test cases stay as they are. What a reference cannot say is refused: several
// assertions at once, one that needs a program or a model, negations, and types that differ between
// cases, as a task has one metric. Throws Failure{data}.
void read_promptfoo(std::vector<Record>& records);

// The list of test cases in a document: itself, or its "tests".
std::vector<Record> yaml_records(std::string_view text, const std::string& name);

}  // namespace zopo::data
