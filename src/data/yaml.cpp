// Reads YAML through yaml-cpp and refuses what JSON cannot say. Called for data, candidates and
// promptfoo's configurations.

#include "yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <utility>

#include "zopo/base/bad_data.h"
#include "zopo/base/text.h"

namespace zopo::data {
namespace {

constexpr int kMostNodes = 1'000'000, kDeepest = 100, kLinesDepth = 5;

// A number as JSON writes it.
bool is_json_number(const std::string& text) {
  const bool starts = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  return starts && nlohmann::json::accept(text);
}

class YamlReader {
 public:
  explicit YamlReader(const std::string& name) : name_(name) {}

  RecordValue value(const YAML::Node& node, const std::string& pointer = "", int depth = 0) {
    if (++nodes_ > kMostNodes || depth > kDeepest)
      fail(node.Mark(), "more than a million values, or deeper than a hundred levels.");
    if (depth <= kLinesDepth && !node.Mark().is_null())
      lines_[pointer] = static_cast<std::size_t>(node.Mark().line) + 1;
    if (node.IsScalar()) return scalar(node);
    if (node.IsSequence()) {
      RecordValue list = RecordValue::array();
      for (const YAML::Node& item : node)
        list.push_back(value(item, below(pointer, std::to_string(list.size()), depth), depth + 1));
      return list;
    }
    return node.IsMap() ? map(node, pointer, depth) : RecordValue();
  }

  std::map<std::string, std::size_t> take_lines() { return std::move(lines_); }

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what) const {
    bad_data(
        mark.is_null() ? name_ : fmt::format("{}:{}:{}", name_, mark.line + 1, mark.column + 1),
        what);
  }

 private:
  static std::string below(const std::string& pointer, const std::string& key, int depth) {
    return depth < kLinesDepth ? pointer + "/" + key : pointer;
  }

  static RecordValue scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    const bool plain = node.Tag() == "?";
    if (!plain) return text;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (is_json_number(text)) return RecordValue::binary({text.begin(), text.end()});
    return text;
  }

  RecordValue map(const YAML::Node& node, const std::string& pointer, int depth) {
    RecordValue object = RecordValue::object();
    std::set<std::string> keys;
    for (const auto& member : node) {
      if (!member.first.IsScalar()) fail(member.first.Mark(), "a key that is no text.");
      const std::string& key = member.first.Scalar();
      if (!keys.insert(key).second)
        fail(member.first.Mark(), "the key \"" + key + "\" stands twice.");
      add_member(object, key, value(member.second, below(pointer, key, depth), depth + 1));
    }
    return object;
  }

  const std::string& name_;
  int nodes_ = 0;
  std::map<std::string, std::size_t> lines_;
};

}  // namespace

YamlDocument parse_yaml(std::string_view text, const std::string& name) {
  if (!is_valid_utf8(text)) bad_data(name, "not valid UTF-8.");
  YamlReader reader(name);
  try {
    RecordValue value = reader.value(YAML::Load(std::string(text)));
    return {std::move(value), reader.take_lines()};
  } catch (const YAML::Exception& error) {
    reader.fail(error.mark, "no YAML: " + error.msg + ".");
  }
}

}  // namespace zopo::data
