#include "yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

using nlohmann::json;

constexpr int kMostNodes = 1'000'000, kDeepest = 100;

class YamlReader {
 public:
  explicit YamlReader(const std::string& name) : name_(name) {}

  json value(const YAML::Node& node, int depth = 0) {
    if (++nodes_ > kMostNodes || depth > kDeepest)
      fail(node.Mark(), "more than a million values, or deeper than a hundred levels.");
    if (node.IsScalar()) return node.Scalar();
    if (node.IsSequence()) {
      json list = json::array();
      for (const YAML::Node& item : node) list.push_back(value(item, depth + 1));
      return list;
    }
    return node.IsMap() ? map(node, depth) : json();
  }

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what) const {
    bad_data(
        mark.is_null() ? name_ : fmt::format("{}:{}:{}", name_, mark.line + 1, mark.column + 1),
        what);
  }

 private:
  json map(const YAML::Node& node, int depth) {
    json object = json::object();
    for (const auto& member : node) {
      if (!member.first.IsScalar()) fail(member.first.Mark(), "a key that is no text.");
      const std::string& key = member.first.Scalar();
      if (object.contains(key)) fail(member.first.Mark(), "the key \"" + key + "\" stands twice.");
      object[key] = value(member.second, depth + 1);
    }
    return object;
  }

  const std::string& name_;
  int nodes_ = 0;
};

}  // namespace

json parse_yaml(std::string_view text, const std::string& name) {
  if (!is_valid_utf8(text)) bad_data(name, "not valid UTF-8.");
  YamlReader reader(name);
  try {
    return reader.value(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    reader.fail(error.mark, "no YAML: " + error.msg + ".");
  }
}

}  // namespace zopo::data
