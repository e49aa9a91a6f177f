// Parses a JSON file and says where its values stand. Called for task files, benches and
// landscapes.

#include "zopo/data/json_document.h"

#include <fmt/format.h>

#include <utility>

#include "json_index.h"
#include "json_syntax.h"
#include "zopo/base/error.h"
#include "zopo/base/file.h"

namespace zopo::data {
namespace {

using nlohmann::json;

std::string location(const std::string& name, Position at, const json::json_pointer& pointer) {
  return fmt::format("{}:{}:{}: {}: ", name, at.line, at.column,
                     pointer.empty() ? "top level" : pointer.to_string());
}

}  // namespace

JsonDocument JsonDocument::parse(std::string text, std::string name) {
  JsonDocument document;
  text.erase(0, text.size() - without_bom(text).size());
  document.text_ = std::move(text);
  document.name_ = std::move(name);
  const JsonSource source{document.name_, ErrorKind::config, 1, true};
  document.json_ = parse_json(document.text_, source);
  auto index = std::make_shared<JsonIndex>(index_json(document.text_));
  document.index_ = index;
  if (index->duplicate) {
    const Position first = document.key_position(json::json_pointer(*index->duplicate));
    fail_at(document.text_, index->duplicate_place.key, source,
            fmt::format("{}: this key stands here a second time, the first is on line {}. Remove "
                        "one.",
                        *index->duplicate, first.line));
  }
  return document;
}

JsonDocument JsonDocument::load(const std::filesystem::path& file) {
  try {
    return parse(read_file(file), file.string());
  } catch (const Failure& failure) {
    throw Failure(ErrorKind::config, failure.what());
  }
}

Position JsonDocument::position(const json::json_pointer& pointer) const {
  const auto place = index_->places.find(pointer.to_string());
  return place == index_->places.end() ? Position{} : position_at(text_, place->second.value);
}

Position JsonDocument::key_position(const json::json_pointer& pointer) const {
  const auto place = index_->places.find(pointer.to_string());
  return place == index_->places.end() ? Position{} : position_at(text_, place->second.key);
}

std::string JsonDocument::where(const json::json_pointer& pointer) const {
  return location(name_, position(pointer), pointer);
}

std::string JsonDocument::where_key(const json::json_pointer& pointer) const {
  return location(name_, key_position(pointer), pointer);
}

}  // namespace zopo::data
