#pragma once
// Where every value and key of a JSON text stands, found by a walk over the text of its own,
// because the parser keeps no positions. Used for error messages only.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "zopo/data/json_document.h"

namespace zopo::data {

// Offsets in bytes.
struct JsonPlace {
  std::size_t value = 0;
  std::size_t key = 0;  // of the value itself where it is no member of an object
};

struct JsonIndex {
  std::unordered_map<std::string, JsonPlace> places;  // by JSON pointer
  // The second member of that name, at its pointer.
  std::optional<std::string> duplicate;
  JsonPlace duplicate_place;
};

// Requires text to be valid JSON (comments allowed) and no deeper than kMaxJsonDepth
// (zopo/base/json.h): it recurses.
JsonIndex index_json(std::string_view text);

// Line and column of an offset; one beyond the end is allowed.
Position position_at(std::string_view text, std::size_t offset);

}  // namespace zopo::data
