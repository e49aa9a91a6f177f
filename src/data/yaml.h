#pragma once
// YAML as records' values.

#include <map>
#include <string>
#include <string_view>

#include "record_value.h"

namespace zopo::data {

struct YamlDocument {
  RecordValue value;
  std::map<std::string, std::size_t> lines;  // of what lies at most five levels deep, by pointer
};

// Plain scalars that JSON would read as numbers, true or false are such, as they are written; null
// and ~ are null; all others are texts. Aliases are followed. Throws Failure{data} with line and
// column: no YAML, a key that is no text or stands twice, more than a million values.
YamlDocument parse_yaml(std::string_view text, const std::string& name);

}  // namespace zopo::data
