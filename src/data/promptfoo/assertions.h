#pragma once
// promptfoo's assertions that need neither a program nor a model, as promptfoo 0.12x decides them:
// equals, contains, icontains, contains-any, contains-all, icontains-any, icontains-all,
// starts-with, regex, is-json (with a schema, too), levenshtein, word-count; each with "not-"
// before it; weights, assert-set and thresholds.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/record_value.h"
#include "zopo/data/promptfoo_assertions.h"

namespace zopo::data {

// suite: {"assert": [{"type", "value", "weight", "threshold"}, ..], "threshold": 0.5}, without
// templates and files. Throws Failure{data} where one cannot be decided here, naming its type, with
// where(pointer within suite) before it.
std::shared_ptr<const PromptfooAssertion> compile_assertions(const RecordValue& suite,
                                                             const std::string& where);

// "contains:Paris", "not-icontains: x", "contains-any:a,b", "levenshtein(3):x", or a text that the
// reply has to equal, as in promptfoo's CSV files.
RecordValue assertion_of_cell(const std::string& cell);

// The texts that satisfy a suite, where it says some: for people and for other metrics to read. Not
// empty: what no text stands for is described, such as "(is-json)".
std::vector<std::string> expected_texts(const RecordValue& suite);

// The types of a suite, without repetitions.
std::vector<std::string> assertion_types(const RecordValue& suite);

}  // namespace zopo::data
