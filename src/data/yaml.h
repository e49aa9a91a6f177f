#pragma once
// YAML -> JSON (through yaml-cpp), for data files.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace zopo::data {

// Scalars become strings as they are written ("007" stays "007"), null excepted. Throws
// Failure{data} with line and column: no YAML, a key that is no text or stands twice, a document
// that aliases blow up beyond a million nodes.
nlohmann::json parse_yaml(std::string_view text, const std::string& name);

}  // namespace zopo::data
