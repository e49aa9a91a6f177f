// Decides promptfoo's is-json, schema included. Called by texts.cpp.

#include "data/promptfoo/json.h"

#include <cmath>
#include <cstdint>
#include <memory>

#include "data/json_syntax.h"
#include "data/yaml.h"
#include "zopo/base/bad_data.h"
#include "zopo/base/json.h"
#include "zopo/base/text.h"
#include "zopo/data/json_document.h"

namespace zopo::data {
namespace {

using nlohmann::json;

// 3.0 is the integer 3, as for JavaScript.
void join_whole_numbers(json& value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::trunc(number) == number && std::abs(number) <= kExact)
      value = static_cast<std::int64_t>(number);
  } else if (value.is_structured()) {
    for (json& member : value) join_whole_numbers(member);
  }
}

bool conforms(const std::string& output, const json& schema) {
  // What JavaScript reads and a task file may not be, like a repeated key, counts as read.
  json value = json::parse(output);
  join_whole_numbers(value);
  return schema_violations(JsonDocument::parse(value.dump(), "reply"), schema).empty();
}

}  // namespace

json plain_json(const RecordValue& value) { return json::parse(value_json(value)); }

std::function<bool(const std::string& output)> json_test(const RecordValue* schema,
                                                         const std::string& where) {
  const auto reads = [](const std::string& output) {
    return is_valid_utf8(output) && !parse_json_of_others(output).is_discarded();
  };
  const bool none =
      schema == nullptr || (schema->is_string() && schema->get<std::string>().empty());
  if (none) return reads;
  RecordValue read = *schema;
  if (schema->is_string()) read = parse_yaml(schema->get<std::string>(), where).value;
  if (!read.is_object()) bad_data(where, "the value of is-json is no JSON schema, an object.");
  const auto parsed = std::make_shared<const json>(plain_json(read));
  try {
    conforms("null", *parsed);
  } catch (const std::exception& error) {
    bad_data(where, "the JSON schema of is-json cannot be used: " + std::string(error.what()));
  }
  return [reads, parsed](const std::string& output) {
    return reads(output) && conforms(output, *parsed);
  };
}

}  // namespace zopo::data
