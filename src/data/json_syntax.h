#pragma once
// Strict JSON parsing with errors that say where: FILE:LINE:COLUMN.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "zopo/base/error.h"

namespace zopo::data {

struct JsonSource {
  std::string name;                  // the file, for messages
  ErrorKind kind = ErrorKind::data;  // of what is thrown
  std::size_t first_line = 1;        // the number of the text's first line within the file
  bool comments = false;             // allow // and /* */
};

// Throws Failure{source.kind} for a syntax error, invalid UTF-8, and nesting beyond kMaxJsonDepth
// (zopo/base/json.h).
nlohmann::json parse_json(std::string_view text, const JsonSource& source);

// The same of invalid UTF-8 and depth alone.
void check_json_text(std::string_view text, const JsonSource& source);
// Throws what parse_json does where the parser stopped after so many bytes. what: its own words.
[[noreturn]] void fail_json(std::string_view text,
                            std::size_t bytes_read,
                            const JsonSource& source,
                            const std::string& what);

// Throws the Failure: "FILE:LINE:COLUMN: message" for an offset in the text.
[[noreturn]] void fail_at(std::string_view text,
                          std::size_t offset,
                          const JsonSource& source,
                          const std::string& message);

// text without a byte order mark.
std::string_view without_bom(std::string_view text);

}  // namespace zopo::data
