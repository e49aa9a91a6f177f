#pragma once
// The settings of a section of the task file as the schema describes them, for `zopo help`.

#include <string>
#include <string_view>

namespace zopo::cli {

// text with each line "@settings budget" replaced by the settings of that section: their keys, and
// below each its default and meaning. The schema is the one source of them.
std::string with_settings(std::string_view text);

}  // namespace zopo::cli
