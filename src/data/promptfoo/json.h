#pragma once
// is-json: is the reply JSON, and of a schema where there is one?

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "data/record_value.h"

namespace zopo::data {

nlohmann::json plain_json(const RecordValue& value);

// schema: an object, YAML or JSON text, or none (nullptr). Throws Failure{data} for a schema that
// cannot be read, with where before it.
std::function<bool(const std::string& output)> json_test(const RecordValue* schema,
                                                         const std::string& where);

}  // namespace zopo::data
