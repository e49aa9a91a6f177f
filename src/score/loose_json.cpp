// Looks for JSON in prose. Called by the step "json" and the metric "json".

#include "loose_json.h"

#include <algorithm>

#include "zopo/base/json.h"
#include "zopo/base/text.h"

namespace zopo::score {
namespace {

using nlohmann::json;

std::optional<json> try_parse(std::string_view text) {
  json value = parse_json_of_others(text);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string_view in_fence(std::string_view text) {
  constexpr std::string_view kFence = "```";
  const std::size_t open = text.find(kFence);
  if (open == std::string_view::npos) return {};
  const std::size_t line_end = text.find('\n', open);  // the fence's own line names the language
  if (line_end == std::string_view::npos) return {};
  const std::size_t close = text.find(kFence, line_end);
  return text.substr(line_end + 1, close == std::string_view::npos ? close : close - line_end - 1);
}

std::string_view in_brackets(std::string_view text) {
  const std::size_t open = text.find_first_of("{[");
  if (open == std::string_view::npos) return {};
  const std::size_t close = text.rfind(text[open] == '{' ? '}' : ']');
  if (close == std::string_view::npos || close < open) return {};
  return text.substr(open, close - open + 1);
}

}  // namespace

std::optional<json> json_in(std::string_view text) {
  for (const std::string_view part : {trim(text), in_fence(text), in_brackets(text)}) {
    if (part.empty()) continue;
    if (std::optional<json> value = try_parse(part)) return value;
  }
  return std::nullopt;
}

}  // namespace zopo::score
