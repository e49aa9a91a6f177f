#pragma once
// What promptfoo's assertions say about a reply, one at a time.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/record_value.h"

namespace zopo::data {

using OutputTest = std::function<bool(const std::string& output)>;

// assertion: {"type", "value", ..}. Throws Failure{data}, with where before it, for a type that
// needs a program or a model, and for values that promptfoo refuses.
OutputTest output_test(const RecordValue& assertion, const std::string& where);

// A number or a text of one; fallback where there is none. Throws Failure{data}.
double assertion_number(const RecordValue& assertion,
                        const char* key,
                        double fallback,
                        const std::string& where);

// `a, "b, c", d` -> a; b, c; d
std::vector<std::string> comma_separated(std::string_view text);

// Is it a group of assertions?
bool is_assert_set(const RecordValue& assertion);

}  // namespace zopo::data
