#pragma once
// JSON inside a model's reply.

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace zopo::score {

// The JSON value that the text is; else the one inside its first code fence (``` .. ```); else what
// stands between the first bracket and the last one that closes its kind. Nothing when that does
// not parse or is nested deeper than 100 levels (comparing and copying recurse).
std::optional<nlohmann::json> json_in(std::string_view text);

}  // namespace zopo::score
