#pragma once
// A value of a record: JSON whose members stay in the order of the file and whose numbers stay as
// they are written there ("3.10", "1e5", "12345678901234567890123").

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "json_syntax.h"

namespace zopo::data {

// A number that is not a whole one of 64 bits is kept as a binary value that holds its text;
// is_number_value and value_text know that, the library's own dump does not.
using RecordValue = nlohmann::ordered_json;

// Throws Failure as parse_json does. Of members of one name the last stays, as in Python.
RecordValue parse_record_value(std::string_view text, const JsonSource& source);

// A text, a number or a truth value.
bool is_scalar_value(const RecordValue& value);
bool is_number_value(const RecordValue& value);

// A text as it is, anything else as JSON, in Python's manner of writing it: {"a": 1, "b": [2, 3]}.
std::string value_text(const RecordValue& value);
std::string value_json(const RecordValue& value);

// The names of an object's members, in its order; none of anything else.
std::vector<std::string> member_names(const RecordValue& value);
// Nothing where value is no object, has no such member, or a null.
const RecordValue* member_of(const RecordValue& value, const std::string& name);

// Adds a member that is known not to be there yet.
void add_member(RecordValue& object, std::string name, RecordValue value);

}  // namespace zopo::data
