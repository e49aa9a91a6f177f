#pragma once
// promptfoo's test cases as records: its variables beside the expected text, as "__expected", and
// what a reply has to pass, as "__assertions" (see zopo/data/promptfoo_assertions.h).
//
//   vars: {question: "Capital of France?"}        {"question": "Capital of France?",
//   assert: [{type: equals, value: Paris}]   ->    "__expected": ["Paris"], "__assertions": {..}}
//
// In a CSV file the variables are columns and "__expected", "__expected2" .. are assertions, each
// "TYPE:VALUE" or a value that the reply has to equal; "__threshold" is the test's; further columns
// that begin with "__" are promptfoo's own.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/records.h"

namespace zopo::data {

inline constexpr const char* kPromptfooExpected = "__expected";
inline constexpr const char* kPromptfooAssertions = "__assertions";

// As promptfoo does it: variables that are lists of texts make a test each, file:// is read
// relative to directory, {{name}} in variables and assertions is filled in. Records that are no
// test cases stay as they are. Throws Failure{data}: an assertion that cannot be decided here (see
// there), a test without one, templates beyond {{name}}, programs as variables, transforms.
// decide: whether assertions score; else they are texts for another metric to read, whatever their
// type.
void read_promptfoo(std::vector<Record>& records,
                    const std::filesystem::path& directory,
                    bool decide = true);

// The test cases of a document: a list, or a configuration with "tests", "scenarios" and
// "defaultTest", which is merged into each. place: of a JSON pointer in it, for messages.
std::vector<Record> promptfoo_records(RecordValue document, const std::string& name);
std::vector<Record> yaml_records(std::string_view text, const std::string& name);

}  // namespace zopo::data
