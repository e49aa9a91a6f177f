#pragma once
// Reading JSON that somebody else wrote: whatever is missing or of another type reads as nothing.

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "llm/lenient_json.h"
#include "zopo/base/text.h"

namespace zopo::llm {

using Json = nlohmann::json;

// Discarded (is_discarded()) when body is not JSON, however leniently it is read.
inline Json parse_json(const std::string& body) { return lenient_json(body); }

// json[key], or null.
inline const Json& member(const Json& json, const char* key) {
  static const Json kNothing;
  if (!json.is_object()) return kNothing;
  const auto found = json.find(key);
  return found == json.end() ? kNothing : *found;
}

inline std::string text_member(const Json& json, const char* key) {
  const Json& value = member(json, key);
  return value.is_string() ? value.get<std::string>() : "";
}

// A whole number from 0 to 1e12, else 0.
inline std::int64_t count_member(const Json& json, const char* key) {
  const Json& value = member(json, key);
  const double number = value.is_number() ? value.get<double>() : 0;
  return number >= 0 && number <= 1e12 ? std::llround(number) : 0;
}

}  // namespace zopo::llm
