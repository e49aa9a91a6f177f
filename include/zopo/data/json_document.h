#pragma once
// A JSON file whose values know where they stand: strict parsing (comments allowed), validation
// against a schema (draft 7), and errors with file, line, column, JSON pointer, what was expected
// and the nearest known key.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace zopo::data {

struct JsonIndex;  // positions by pointer, see src/data/json_index.h

struct Position {
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1, in bytes
  friend bool operator==(const Position&, const Position&) = default;
};

class JsonDocument {
 public:
  // Throws Failure{config}: "FILE:LINE:COLUMN: .." for a syntax error, a duplicate key, invalid
  // UTF-8, nesting beyond 100.
  static JsonDocument parse(std::string text, std::string name);
  static JsonDocument load(const std::filesystem::path& file);

  const nlohmann::json& json() const { return json_; }
  const std::string& name() const { return name_; }
  // Where the value at pointer begins (of its key, for a member: key_position). {1, 1} for an
  // unknown pointer.
  Position position(const nlohmann::json::json_pointer& pointer) const;
  Position key_position(const nlohmann::json::json_pointer& pointer) const;
  // "FILE:LINE:COLUMN: /pointer: " of the value, and of its key; the pointer of the whole document
  // reads "top level".
  std::string where(const nlohmann::json::json_pointer& pointer) const;
  std::string where_key(const nlohmann::json::json_pointer& pointer) const;

 private:
  std::string text_, name_;
  nlohmann::json json_;
  std::shared_ptr<const JsonIndex> index_;
};

// Every violation, as whole sentences that begin with where(); unknown keys name the nearest known
// key of that object. Empty when the document is valid. schema: draft 7.
std::vector<std::string> schema_violations(const JsonDocument& document,
                                           const nlohmann::json& schema);

}  // namespace zopo::data
